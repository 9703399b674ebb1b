#include "video/movie.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kinesight::video::test {
namespace {

constexpr int kBits = 10;
constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kWhite = 235;

int half(int size) { return (size + 1) / 2; }

}  // namespace

Picture::Picture(int wide, int high)
    : width(wide), height(high), pixels(wide * high + 2 * half(wide) * half(high), 128) {}

FrameView Picture::view() const {
  const std::uint8_t* y = pixels.data();
  const std::uint8_t* u = y + width * height;
  const std::uint8_t* v = u + half(width) * half(height);
  return {PixelFormat::i420, width, height, {{{y, width}, {u, half(width)}, {v, half(width)}}}};
}

Picture numbered_picture(int number, int width, int height) {
  Picture picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int bit = x * kBits / width;
      picture.pixels[y * width + x] = (number >> bit) & 1 ? kWhite : kBlack;
    }
  }
  return picture;
}

int number_in(const FrameView& frame) {
  const int step = frame.format == PixelFormat::bgr24 ? 3 : 1;
  const std::uint8_t* middle = frame.planes[0].data + frame.height / 2 * frame.planes[0].stride;
  int number = 0;
  for (int bit = 0; bit < kBits; ++bit) {
    const int x = (2 * bit + 1) * frame.width / (2 * kBits);
    if (middle[x * step] > 128) number |= 1 << bit;
  }
  return number;
}

void write_movie(const std::filesystem::path& path, int count, Mp4Options options) {
  if (options.width == 0) options.width = 160;
  if (options.height == 0) options.height = 120;
  auto writer = Mp4Writer::create(path, options);
  if (!writer) throw std::runtime_error(writer.error().message);
  for (int i = 0; i < count; ++i) {
    const Picture picture = numbered_picture(i, options.width, options.height);
    FrameView view = picture.view();
    view.matrix = options.matrix;
    view.range = options.range;
    if (auto written = (*writer)->write(view); !written) throw std::runtime_error(written.error().message);
  }
  if (auto finished = (*writer)->finish(); !finished) throw std::runtime_error(finished.error().message);
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void spill(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace kinesight::video::test

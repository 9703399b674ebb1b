#include "video/still_movie.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <stdexcept>

#include "video/movie.h"

namespace kinesight::video::test {
namespace {

constexpr int kBox = 24;

std::uint8_t level(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 16L, 235L));
}

Picture backdrop(int width, int height, std::mt19937_64& random) {
  Picture picture(width, height);
  std::uniform_int_distribution<int> tile(60, 180);
  std::vector<int> tiles;
  for (int i = 0; i < (width / 16 + 1) * (height / 16 + 1); ++i) tiles.push_back(tile(random));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      picture.pixels[y * width + x] =
          level(tiles[y / 16 * (width / 16 + 1) + x / 16] + (x * 7 + y * 13) % 17);
  }
  return picture;
}

/// Its look changes with every step, as that of whoever walks does.
void draw_box(Picture& picture, int step) {
  static constexpr std::array<std::uint8_t, 7> looks = {25, 220, 90, 190, 40, 150, 230};
  const int left = 4 + step * 3 % (picture.width - kBox - 8);
  const int top = picture.height / 3;
  for (int y = 0; y < kBox; ++y) {
    for (int x = 0; x < kBox; ++x)
      picture.pixels[(top + y) * picture.width + left + x] =
          looks[(x / 4 + y / 4 * 6 + step * 5) % looks.size()];
  }
}

}  // namespace

void write_still_movie(const std::filesystem::path& path, const StillScene& scene, Mp4Options options) {
  if (options.width == 0) options.width = 160;
  if (options.height == 0) options.height = 120;
  auto writer = Mp4Writer::create(path, options);
  if (!writer) throw std::runtime_error(writer.error().message);
  std::mt19937_64 random(scene.seed);
  std::normal_distribution<double> noise(0, std::max(scene.noise, 1e-9));
  const Picture empty = backdrop(options.width, options.height, random);
  for (int i = 0; i < scene.frames; ++i) {
    Picture picture = empty;
    const bool moves =
        std::ranges::any_of(scene.moving, [&](const Stretch& s) { return i >= s.begin && i < s.end; });
    if (moves) draw_box(picture, i);
    if (scene.noise > 0) {
      for (int at = 0; at < options.width * options.height; ++at)
        picture.pixels[at] = level(picture.pixels[at] + noise(random));
    }
    FrameView view = picture.view();
    view.matrix = options.matrix;
    view.range = options.range;
    if (auto written = (*writer)->write(view); !written) throw std::runtime_error(written.error().message);
  }
  if (auto finished = (*writer)->finish(); !finished) throw std::runtime_error(finished.error().message);
}

std::uint64_t fingerprint(const FrameView& view) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a.
  for (int plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? view.width : (view.width + 1) / 2;
    const int height = plane == 0 ? view.height : (view.height + 1) / 2;
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* row =
          view.planes[plane].data + static_cast<std::ptrdiff_t>(y) * view.planes[plane].stride;
      for (int x = 0; x < width; ++x) hash = (hash ^ row[x]) * 1099511628211ULL;
    }
  }
  return hash;
}

}  // namespace kinesight::video::test

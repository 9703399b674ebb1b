#include "vision/picture_file.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "vision/picture_header.h"

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

Result<Bytes> bytes_of(const fs::path& file, std::uintmax_t most) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) return fail(ErrorKind::not_found, "there is no such file");
  if (status.type() != fs::file_type::regular) {
    return fail(ErrorKind::invalid, "expected a file, found {}",
                status.type() == fs::file_type::directory ? "a folder" : "something else");
  }
  const auto size = fs::file_size(file, error);
  if (size > most) return fail(ErrorKind::invalid, "expected at most {} bytes, found {}", most, size);
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  Bytes bytes(size);
  if (!in ||
      (size > 0 && !in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))))
    return fail(ErrorKind::denied, "cannot be read: {}", std::strerror(errno));
  return bytes;
}

/// The picture upright, 8-bit BGR.
Result<cv::Mat> decoded(const Bytes& bytes, const PictureHeader& header) {
  cv::Mat picture;
  try {
    picture = cv::imdecode(bytes, cv::IMREAD_COLOR);
  } catch (const cv::Exception& error) {
    return fail(ErrorKind::corrupt, "a {} that cannot be decoded: {}", header.format, error.err);
  }
  if (picture.empty())
    return fail(ErrorKind::corrupt, "a {} that cannot be decoded: it is damaged", header.format);
  return picture;
}

Result<Frame> read(const fs::path& file, const PictureLimits& limits) {
  const auto bytes = bytes_of(file, limits.bytes);
  if (!bytes) return std::unexpected(bytes.error());
  const auto header = picture_header(*bytes);
  if (!header) return std::unexpected(header.error());
  if (header->width > limits.pixels / header->height) {
    return fail(ErrorKind::invalid, "expected a picture of at most {} pixels, found one of {} x {}",
                limits.pixels, header->width, header->height);
  }
  if (!header->whole)
    return fail(ErrorKind::corrupt, "a {} whose end is missing: was it copied whole?", header->format);
  auto picture = decoded(*bytes, *header);
  if (!picture) return std::unexpected(picture.error());
  const auto kept = std::make_shared<const cv::Mat>(std::move(*picture));
  Frame frame;
  frame.view = {.format = PixelFormat::bgr24, .width = kept->cols, .height = kept->rows, .planes = {}};
  frame.view.planes[0] = {kept->data, static_cast<int>(kept->step)};
  frame.pixels = kept;
  return frame;
}

/// Unix seconds of the last change of `file`; 0 when nobody knows.
double changed(const fs::path& file) {
  std::error_code error;
  const auto time = fs::last_write_time(file, error);
  if (error) return 0;
  const auto wall = std::chrono::file_clock::to_sys(time);
  return std::chrono::duration<double>(wall.time_since_epoch()).count();
}

}  // namespace

Result<Frame> read_picture(const fs::path& file, const PictureLimits& limits) {
  auto frame = read(file, limits);
  if (!frame) return wrap(frame.error(), file.string());
  frame->capture_time = frame->due_time = changed(file);
  return frame;
}

}  // namespace kinesight::vision

// Reads pictures from files.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/frame.h"
#include "base/result.h"

namespace kinesight::vision {

/// How much a picture file may ask for.
struct PictureLimits {
  std::uintmax_t bytes = std::uintmax_t{256} << 20;
  std::int64_t pixels = std::int64_t{8192} * 8192;  ///< As many as a frame of a video.
};

/// Reads the JPEG, PNG, WebP or BMP at `file` as a bgr24 frame, upright as its EXIF orientation says, dated
/// with the file's time of last change. No pixel is decoded before the size is known to be within `limits`.
/// Errors, which name the file: not_found, denied, invalid (too large, no regular file), corrupt (no such
/// picture, cut, damaged).
Result<Frame> read_picture(const std::filesystem::path& file, const PictureLimits& limits = {});

}  // namespace kinesight::vision

// How large a picture file says it is: known before anything is decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace kinesight::vision {

/// What the first bytes of a picture say.
struct PictureHeader {
  std::string_view format;  ///< "JPEG", "PNG", "WebP", "BMP".
  std::int64_t width = 0;   ///< Pixels, as they are stored: a camera that was held upright may say otherwise.
  std::int64_t height = 0;
  bool whole = true;  ///< False when its end is missing.
};

/// Reads the header of the picture in `bytes`, a whole file. Sources: ITU-T T.81, B.2 (JPEG); W3C
/// PNG, 11.2.2; RFC 9649 (WebP); Microsoft's BITMAPCOREHEADER and BITMAPINFOHEADER (BMP). Error: corrupt
/// (none of these, or cut within its header).
Result<PictureHeader> picture_header(std::span<const std::uint8_t> bytes);

}  // namespace kinesight::vision

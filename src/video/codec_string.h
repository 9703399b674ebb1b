// What a playlist's CODECS attribute says of a video.
#pragma once

#include <string>
#include <string_view>

namespace kinesight::video {

/// The codec of the video track of an initialization segment: "avc1.64001f" (RFC 6381 3.3) or
/// "hvc1.1.6.L93.90" (ISO/IEC 14496-15 Annex E); empty when it is neither, or damaged.
std::string codec_string(std::string_view init);

}  // namespace kinesight::video

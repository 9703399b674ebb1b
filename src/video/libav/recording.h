// A whole video file in memory, coded as it is.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "video/libav/libav.h"

namespace kinesight::video::libav {

using CodecParametersPtr = std::unique_ptr<AVCodecParameters, Release<avcodec_parameters_free>>;

/// The frames of a video track, in the order of decoding. The first is a keyframe and each has a pts.
struct Recording {
  CodecParametersPtr codec;  ///< H.264 or HEVC.
  AVRational time_base{};
  std::vector<PacketPtr> packets;
};

/// How errors call the video at `path`.
std::string shown_name(const std::filesystem::path& path);

/// Reads the file. What comes before the first keyframe, which nobody could decode, is left out. Errors:
/// those of reading it; invalid (another codec, more than `max_bytes` of it, parameters that change within);
/// corrupt (damaged, cut off, frames without times).
Result<Recording> read_recording(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace kinesight::video::libav

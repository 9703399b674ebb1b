// Writes frames into an MP4 file (H.264 or HEVC), for rendered scenes and annotated videos.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/frame.h"
#include "base/result.h"

namespace kinesight::video {

/// How an MP4 file is encoded.
struct Mp4Options {
  int width = 0;             ///< Pixels; even.
  int height = 0;            ///< Pixels; even.
  int fps = 10;              ///< Frames a second; every frame lasts 1/fps.
  int keyframe_interval = 0; ///< Frames from a keyframe to the next; 0 means one second.
  int quality = 23;          ///< Constant rate factor, 0 (best) to 51.
  std::string codec = "h264";///< "h264" or "hevc".
  int b_frames = 0;
};

/// One MP4 file being written. It appears under its name only when finish() succeeds.
class Mp4Writer {
 public:
  static Result<std::unique_ptr<Mp4Writer>> create(const std::filesystem::path& path, const Mp4Options& options);
  virtual ~Mp4Writer() = default;

  /// Encodes a frame of the size in the options, bgr24 or i420.
  virtual Result<> write(const FrameView& frame) = 0;
  /// Flushes the encoder, writes the index (moov in front) and puts the file under its name.
  virtual Result<> finish() = 0;
};

}  // namespace kinesight::video

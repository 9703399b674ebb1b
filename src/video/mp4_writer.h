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
  int width = 0;               ///< Pixels; even.
  int height = 0;              ///< Pixels; even.
  int fps = 10;                ///< Frames a second; every frame lasts 1/fps.
  int keyframe_interval = 0;   ///< Frames from a keyframe to the next, exactly; 0 means one second.
  int quality = 23;            ///< Constant rate factor, 0 (best) to 51.
  std::string codec = "h264";  ///< "h264" or "hevc".
  int b_frames = 0;            ///< B-frames between two others, 0 to 16.
  ColorMatrix matrix = ColorMatrix::bt601;  ///< How the file's colours are coded, and tagged.
  ColorRange range = ColorRange::limited;
};

/// One MP4 file being written. It appears under its name only when finish() succeeds; until then it is
/// `<path>.partial`, which is gone when a writer is dropped unfinished.
/// The same frames and options give the same bytes (on one version of the encoder).
class Mp4Writer {
 public:
  /// Starts a file. Errors: invalid (options), not_found (the folder), denied, unavailable (no such encoder,
  /// disk).
  static Result<std::unique_ptr<Mp4Writer>> create(const std::filesystem::path& path,
                                                   const Mp4Options& options);
  virtual ~Mp4Writer() = default;

  /// Encodes a frame of the size in the options: bgr24, or i420 coded as the options say.
  /// Errors: invalid (another size or coding), unavailable (disk).
  virtual Result<> write(const FrameView& frame) = 0;
  /// Flushes the encoder, writes the index (moov in front) and puts the file under its name. Called once, at
  /// the end.
  virtual Result<> finish() = 0;
};

}  // namespace kinesight::video

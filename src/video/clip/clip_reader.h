// The packets of one file of a clip, each checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "video/clip/pieces.h"
#include "video/libav/demuxer.h"

namespace kinesight::video::clip {

/// More than twelve hours at 30 frames a second.
inline constexpr std::int64_t kMaxFrames = 1'500'000;
/// Larger pictures are refused.
inline constexpr std::int64_t kMaxPixels = std::int64_t{8192} * 8192;

/// Reads a piece of a file that should be an MP4 or Matroska file of H.264 or HEVC. Used by one thread.
class ClipReader {
 public:
  /// The file stays open while this lives. `shown` names it in errors. Errors: corrupt (not a video, cut off,
  /// an index that claims more than there can be), invalid (another codec), unavailable (it cannot be read).
  static Result<std::unique_ptr<ClipReader>> open(const Piece& piece, std::string shown);

  /// Reads the next packet; false at the end. It has bytes, and a time between minus and plus a hundred
  /// years. Errors: corrupt (damaged, no time, more than kMaxFrames), unavailable.
  Result<bool> read(AVPacket& packet);

  const AVStream& stream() const { return demuxer_->stream(); }
  /// All boxes of an MP4 file but mdat, one after the other; empty for Matroska.
  const std::string& boxes() const { return boxes_; }

 private:
  explicit ClipReader(std::string shown) : shown_(std::move(shown)), never_(Clock::system()) {}

  Result<> open_piece(const Piece& piece);
  Result<> check_stream() const;

  const std::string shown_;
  libav::Interrupt never_;
  std::string boxes_;
  std::unique_ptr<libav::Demuxer> demuxer_;
  std::int64_t packets_ = 0;
};

}  // namespace kinesight::video::clip

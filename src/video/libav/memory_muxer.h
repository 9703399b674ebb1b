// A container written into memory: one video stream, its packets as they are.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "video/libav/libav.h"
#include "video/libav/memory_io.h"

namespace kinesight::video::libav {

/// What is written.
struct MuxFormat {
  const char* name = "mp4";                                    ///< As libavformat calls it.
  std::vector<std::pair<std::string, std::string>> options{};  ///< The muxer's: {"movflags", "frag_custom"}.
  std::vector<std::pair<std::string, std::string>> tags{};     ///< Of the whole file.
};

/// Used by one thread. The same packets give the same bytes. Errors: corrupt (what the muxer refuses),
/// unavailable (no memory).
class MemoryMuxer {
 public:
  /// Writes the header. `codec` and `time_base` are those of the packets to come. `shown` names in errors
  /// what is made: "fragments of 'a.mp4'".
  static Result<std::unique_ptr<MemoryMuxer>> create(const MuxFormat& format, const AVCodecParameters& codec,
                                                     AVRational time_base, std::string shown);

  /// Writes a packet, which comes back changed. Its times are in the time base of create().
  Result<> write(AVPacket& packet);
  /// Ends what the muxer has open: a fragment.
  Result<> flush();
  /// Writes the trailer, after which there is only take().
  Result<> finish();
  /// The bytes written since the last take().
  std::string take() { return output_.take(); }

  /// Ticks a second of the times as the container has them.
  AVRational time_base() const { return context_->streams[0]->time_base; }

 private:
  MemoryMuxer(AVRational time_base, std::string shown) : time_base_(time_base), shown_(std::move(shown)) {}

  Result<> start(const MuxFormat& format, const AVCodecParameters& codec);
  std::unexpected<Error> failed(int code, const std::string& explanation) const;

  const AVRational time_base_;
  const std::string shown_;
  MemoryOutput output_;
  std::unique_ptr<AVFormatContext, ReleasePlain<avformat_free_context>> context_;
};

}  // namespace kinesight::video::libav

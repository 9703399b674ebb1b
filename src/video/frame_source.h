// Where frames come from: one interface for files, RTSP cameras and Kinesis Video Streams.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/session.h"
#include "base/clock.h"
#include "base/frame.h"
#include "base/result.h"
#include "telemetry/telemetry.h"
#include "video/bitstream_gate_options.h"
#include "video/gap.h"

namespace kinesight::video {

/// Which frames of the stream are decoded.
enum class DecodePolicy {
  automatic,  ///< Keyframes alone while they come at least as often as fps_target, otherwise all.
  all,        ///< Every frame.
  reference,  ///< Frames that others refer to; disposable B-frames are skipped.
  keyframes,  ///< Keyframes alone.
};

/// What the worker wants of a source, whatever its kind.
struct SourceContext {
  std::string camera_id;
  double fps_target =
      5;  ///< Frames a second of capture time that the worker will use; automatic decoding goes by it.
  Clock* clock = &Clock::system();
  /// Of the streams that the decode policy decodes whole.
  BitstreamGateOptions bitstream_gate{};
  const telemetry::Telemetry* telemetry = nullptr;  ///< Outlives the source. Null: nobody listens.
  /// The way to AWS that the whole process shares, made when it is first asked for. Error: invalid (its
  /// settings).
  std::function<Result<aws::Session*>()> aws_session{};
  /// Told about footage that the source did not hand out, before the frame that follows it. On the reader's
  /// thread.
  std::function<void(const Gap&)> on_gap{};
};

/// Counts since the source was made; they only grow.
struct SourceCounters {
  std::uint64_t packets = 0;  ///< Video packets read.
  std::uint64_t decoded = 0;  ///< Frames that came out of the decoder.
  std::uint64_t skipped = 0;  ///< Packets that the decode policy left undecoded.
  std::uint64_t gated = 0;    ///< Packets that the bitstream gate left undecoded.
  std::uint64_t corrupt = 0;  ///< Packets that the decoder refused.
  std::uint64_t loops = 0;    ///< Times a looped file began again.
};

/// A camera as a sequence of frames. Used by one thread; `interrupt`-ed through the stop tokens it is given.
///
/// open() -> read() … -> destruction. After an error from open() or read() the source is closed: open() it
/// again, after retry_after() where it says something, or drop it.
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  /// Connects and finds the video. Errors: not_found, denied, corrupt, unavailable, invalid, cancelled.
  virtual Result<> open(std::stop_token stop) = 0;

  /// The next frame, in order of capture; nothing at the end of a source that ends (a file that is not
  /// looped). Blocks until there is one, at most the source's time-out. Errors as open().
  virtual Result<std::optional<Frame>> read(std::stop_token stop) = 0;

  /// Limits what is decoded from the next keyframe on, on overload: `keyframes` to keyframes alone
  /// (where they come every 5 s at least), `all` lifts the limit. It holds over open(). Called between reads.
  virtual void limit(DecodePolicy /*most*/) {}

  /// After an error: how long to wait before open() is worth a try; nothing where the source has no opinion.
  virtual std::optional<Clock::Duration> retry_after() { return std::nullopt; }
  /// Whether it is connected and frames come.
  virtual bool is_healthy() const { return true; }
  /// What more there is to know about where `frame` came from, for its events' extras; null where there is
  /// nothing. May ask the service, for a second or two.
  virtual nlohmann::json provenance(const Frame&, std::stop_token) { return nullptr; }

  /// Whether frames come at the camera's own pace, so that a late one is worth less than a fresh one.
  virtual bool live() const = 0;
  /// Where it reads from, for people; secrets redacted.
  virtual std::string describe() const = 0;
  virtual SourceCounters counters() const = 0;
};

}  // namespace kinesight::video

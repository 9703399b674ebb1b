// Reads one camera for `kinesight watch`: source -> throttle -> figures and the newest frame, on one thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/frame.h"
#include "cli/watch/figures.h"
#include "infer/throttle.h"
#include "telemetry/telemetry.h"
#include "video/frame_source.h"

namespace kinesight::cli {

/// What is to be watched.
struct WatchPlan {
  std::string camera_id;
  std::uint64_t max_frames = 0;  ///< Then it is over; 0: no end.
  double target_fps = 0;         ///< Frames a second of capture time; 0: every frame.
  /// Frames are handed on when they are due and not as fast as they can be had: for eyes.
  bool at_pace = false;
  /// What the source knows of its connection. Called by any thread.
  std::function<Connection()> connection;
  BackoffPolicy backoff{};  ///< Where the source does not say when to try again.
};

/// Watches until it has seen enough. run() belongs to one thread; the rest may be called from any.
class WatchReader {
 public:
  /// `source` and `clock` outlive it.
  WatchReader(WatchPlan plan, video::FrameSource& source, telemetry::Telemetry telemetry, Clock& clock,
              Rng rng);

  /// Until `stop`, max_frames, or the end of a source that ends. Whatever fails is tried again. Error:
  /// invalid, denied or not_found from the source when it has never given a frame: nothing but a person can
  /// help.
  Result<> run(std::stop_token stop);

  /// As of now.
  WatchFigures figures() const;
  /// Of all that was watched: mean fps, median latency (of the last 10,000 frames).
  WatchFigures summary() const;
  /// The newest frame that was watched; null before the first.
  std::shared_ptr<const Frame> newest() const;

 private:
  Result<> watch(std::stop_token stop);
  void take(Frame frame, std::stop_token stop);
  void await_turn(const Frame& frame, std::stop_token stop);
  bool hopeless(const Error& error) const;
  void failed(const Error& error, std::stop_token stop);
  bool enough() const { return plan_.max_frames > 0 && figures_.frames >= plan_.max_frames; }
  double lately() const;
  double mean_fps() const;

  const WatchPlan plan_;
  video::FrameSource& source_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;
  const double window_seconds_;

  // Of the reader's thread alone.
  std::optional<infer::Throttle> throttle_;
  Backoff backoff_;
  bool recovering_ = false;

  // Shared; the reader's thread alone writes.
  mutable std::mutex mutex_;
  WatchFigures figures_;
  std::deque<double> captured_;   ///< Capture times of the last seconds.
  std::deque<double> latencies_;  ///< Of the last frames.
  double watched_seconds_ = 0;    ///< Of capture time, between frames.
  Clock::Steady last_arrival_{};
  std::shared_ptr<const Frame> newest_;
};

}  // namespace kinesight::cli

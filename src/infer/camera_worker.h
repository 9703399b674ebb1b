// One camera: source -> throttle -> detectors -> events -> publishers, on one thread, for ever.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "http/api.h"
#include "infer/coverage/recorder.h"
#include "infer/frame_reporter.h"
#include "infer/overload_ladder.h"
#include "infer/pipeline.h"
#include "infer/rate_meter.h"
#include "infer/throttle.h"
#include "telemetry/telemetry.h"
#include "video/frame_source.h"

namespace kinesight::infer {

/// What a camera is, and how to make its parts; they are made again after a failure.
struct CameraPlan {
  std::string camera_id;
  double fps_target = 5;
  int max_frame_age_ms = 2000;  ///< A frame of a live source that is older than this is dropped, counted.
  std::string source;           ///< For people, secrets redacted.
  std::function<Result<std::unique_ptr<video::FrameSource>>()> make_source;
  std::function<Result<DetectorPipeline>()> make_pipeline;
  std::vector<publish::Publisher*> publishers;          ///< Outlive the worker.
  std::string snapshot_prefix{event::kSnapshotPrefix};  ///< What the keys of its pictures begin with.
  CoverageRecorder* coverage = nullptr;  ///< Told what was watched and what was not; outlives the worker.
  config::OverloadOptions overload;      ///< What it gives up when the machine cannot keep up.
  BackoffPolicy backoff;                 ///< Of what fails and has no opinion of its own.
};

/// Watches one camera. run() belongs to one thread; the rest may be called from any.
class CameraWorker {
 public:
  CameraWorker(CameraPlan plan, telemetry::Telemetry telemetry, Clock& clock, Rng rng);

  const std::string& camera_id() const { return plan_.camera_id; }

  /// Watches the camera until `stop`. Whatever fails is tried again after a pause: what the source says, or
  /// one that grows (BackoffPolicy). A source that failed is opened again, so that it can go on where it was;
  /// after a failure of another part all are made anew. A source that ends is left in peace. Closes its parts
  /// before it returns.
  void run(std::stop_token stop);

  /// run() was left by an exception; it is called again after `pause`.
  void died(const Error& error, Clock::Duration pause);

  /// How the camera does now.
  http::CameraStatus status() const;
  /// The newest processed frame; null before the first.
  std::shared_ptr<const AnnotatedFrame> latest() const;
  /// Whether the source has ended by itself.
  bool ended() const;

 private:
  /// A failure, and which part of the camera it was: "source", "detector" or "worker".
  struct Failure {
    std::string part;
    Error error;
  };
  template <class T = void>
  using Step = std::expected<T, Failure>;

  Step<> watch(std::stop_token stop);
  Step<> open(std::stop_token stop);
  Step<> process(Frame frame, std::stop_token stop);
  Result<Findings> look(const Frame& frame, std::stop_token stop);
  void publish(const AnnotatedFrame& seen, const Findings& findings, double latency_ms, std::stop_token stop);
  void publish_rest(std::stop_token stop);
  FrameReporter::Extras provenance(std::stop_token stop);
  bool too_old(const Frame& frame) const;
  void drop(const Frame& frame, const std::string& reason);
  void cover(const Frame& frame, FrameFate fate);
  Clock::Duration pause_after(const Failure& failure);
  void rest(const Failure& failure, std::stop_token stop);
  void end(std::stop_token stop);
  void processed(std::shared_ptr<const AnnotatedFrame> seen, const Findings& findings, double latency_ms);
  void apply_ladder(bool changed);
  void limit_decoding();
  void count_packets();
  void failed(const Failure& failure, Clock::Duration pause);
  void close();

  const CameraPlan plan_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;

  // Of the camera's thread alone.
  std::unique_ptr<video::FrameSource> source_;
  std::optional<DetectorPipeline> pipeline_;
  Throttle throttle_;
  OverloadLadder ladder_;
  video::SourceCounters counted_;  ///< Of the source, when it was last asked.
  FrameReporter reporter_;
  Backoff backoff_;

  // Shared with whoever asks how the camera does.
  mutable std::mutex mutex_;
  http::CameraStatus status_;
  mutable RateMeter rate_;
  std::shared_ptr<const AnnotatedFrame> latest_;
  bool recovering_ = false;
};

}  // namespace kinesight::infer

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
#include "infer/freeze_watch.h"
#include "infer/overload_ladder.h"
#include "infer/pipeline.h"
#include "infer/rate_meter.h"
#include "infer/recent_mean.h"
#include "infer/throttle.h"
#include "infer/vital_signs.h"
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
  std::shared_ptr<CoverageRecorder> coverage;  ///< Told what was watched and what was not. Null: nobody is.
  config::OverloadOptions overload;            ///< What it gives up when the machine cannot keep up.
  double watchdog_seconds = 60;  ///< Without a frame, after which it is started anew; 0: for ever.
  double frozen_seconds = 300;   ///< Of the same picture, from which on it is degraded; 0: never.
  BackoffPolicy backoff;         ///< Of what fails and has no opinion of its own.
};

/// Watches one camera. run() belongs to one thread; the rest may be called from any.
class CameraWorker {
 public:
  CameraWorker(CameraPlan plan, telemetry::Telemetry telemetry, Clock& clock, Rng rng);

  const std::string& camera_id() const { return plan_.camera_id; }
  const std::shared_ptr<CoverageRecorder>& coverage() const { return plan_.coverage; }

  /// Watches the camera until `stop`. Whatever fails is tried again after a pause: what the source says, or
  /// one that grows (BackoffPolicy). A source that failed is opened again, so that it can go on where it was;
  /// after a failure of another part all are made anew. A source that ends is left in peace. Closes its parts
  /// before it returns.
  void run(std::stop_token stop);

  /// Why its thread is better started anew; nothing when all is well, or the camera merely waits.
  std::optional<Trouble> trouble() const { return signs_.trouble(clock_.steady()); }
  /// run() has ended, or was asked to, because of `reason` ("died", or one of Trouble's); it is called again
  /// after `pause`.
  void restarted(std::string_view reason, const Error& error, Clock::Duration pause);
  /// The thread that should make room for it, or its own, does not end: it cannot begin.
  void blocked();

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
  void look_for_freeze(const Frame& frame);
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
  FreezeWatch freeze_;

  VitalSigns signs_;

  // Shared with whoever asks how the camera does.
  mutable std::mutex mutex_;
  http::CameraStatus status_;
  mutable RateMeter rate_;
  mutable RateMeter drop_rate_;
  RecentMean latency_ms_;
  double frozen_seconds_ = 0;  ///< For how long the picture has not changed; 0 while that is nothing to say.
  std::shared_ptr<const AnnotatedFrame> latest_;
  bool recovering_ = false;
};

}  // namespace kinesight::infer

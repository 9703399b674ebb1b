#include "infer/camera_worker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "telemetry/camera_happenings.h"
#include "telemetry/happenings.h"

namespace kinesight::infer {
namespace {

/// What a camera whose part failed is shown as: away, or wrongly set up.
std::string state_after(const std::string& part, ErrorKind kind) {
  const bool away = part == "source" && (kind == ErrorKind::unavailable || kind == ErrorKind::throttled);
  return away ? "offline" : "error";
}

/// A source that would be opened again at once would keep a processor busy with failing.
constexpr Clock::Duration kShortestPause = std::chrono::milliseconds(100);

/// Drops a second below which nobody need be told of them.
constexpr double kDropsToSpeakOf = 0.5;

using Doing = VitalSigns::Doing;

}  // namespace

CameraWorker::CameraWorker(CameraPlan plan, telemetry::Telemetry telemetry, Clock& clock, Rng rng)
    : plan_(std::move(plan)),
      telemetry_(telemetry),
      clock_(clock),
      throttle_(plan_.fps_target),
      ladder_(plan_.overload),
      reporter_({plan_.camera_id, plan_.publishers, plan_.snapshot_prefix}, telemetry),
      backoff_(plan_.backoff, rng),
      signs_(plan_.watchdog_seconds) {
  status_.id = plan_.camera_id;
  status_.state = "starting";
  status_.fps_target = plan_.fps_target;
  status_.source = plan_.source;
}

void CameraWorker::run(std::stop_token stop) {
  // Left by an exception, it would keep a camera's connection until it is called again.
  const std::unique_ptr<CameraWorker, void (*)(CameraWorker*)> closing(this, [](auto* self) {
    self->signs_.now_doing(Doing::resting, self->clock_.steady());
    self->close();
  });
  freeze_ = {};
  {
    std::lock_guard lock(mutex_);
    frozen_seconds_ = 0;
  }
  telemetry_.emit(telemetry::WorkerStarted{plan_.camera_id});
  while (!stop.stop_requested()) {
    const auto watched = watch(stop);
    signs_.now_doing(Doing::resting, clock_.steady());
    publish_rest(stop);
    if (stop.stop_requested()) break;
    if (watched) {
      end(stop);
    } else {
      rest(watched.error(), stop);
    }
  }
  close();
  telemetry_.emit(telemetry::WorkerStopped{plan_.camera_id, {}});
}

/// The source has ended by itself: until the stop.
void CameraWorker::end(std::stop_token stop) {
  const auto frames = source_->counters().decoded;
  apply_ladder(ladder_.reset());
  close();
  if (plan_.coverage) plan_.coverage->ended();
  {
    std::lock_guard lock(mutex_);
    status_.state = "ended";
  }
  telemetry_.emit(telemetry::SourceEnded{plan_.camera_id, frames});
  while (clock_.wait_for(std::chrono::hours(1), stop)) continue;
}

/// The pause after a failure.
void CameraWorker::rest(const Failure& failure, std::stop_token stop) {
  const auto pause = pause_after(failure);
  if (failure.part != "source") close();
  failed(failure, pause);
  clock_.wait_for(pause, stop);
}

Clock::Duration CameraWorker::pause_after(const Failure& failure) {
  const auto wanted = failure.part == "source" && source_ ? source_->retry_after() : std::nullopt;
  return wanted ? std::max(*wanted, kShortestPause) : backoff_.next();
}

/// From opening the source to its end (or the stop), which is success.
auto CameraWorker::watch(std::stop_token stop) -> Step<> {
  if (auto opened = open(stop); !opened) return opened;
  // A recording has all the time it needs, and would begin anew.
  signs_.now_doing(source_->live() ? Doing::watching : Doing::resting, clock_.steady());
  while (!stop.stop_requested()) {
    auto frame = source_->read(stop);
    if (!frame) return std::unexpected(Failure{"source", frame.error()});
    if (!*frame) return {};
    signs_.frame((*frame)->capture_time, source_->live(), clock_.steady());
    if (!throttle_.due((*frame)->capture_time)) {
      cover(**frame, FrameFate::not_due);
    } else if (too_old(**frame)) {
      drop(**frame, "too_old");
    } else if (auto done = process(std::move(**frame), stop); !done) {
      return done;
    }
  }
  return {};
}

auto CameraWorker::open(std::stop_token stop) -> Step<> {
  if (!pipeline_) {
    auto pipeline = plan_.make_pipeline();
    if (!pipeline) return std::unexpected(Failure{"detector", pipeline.error()});
    pipeline_ = std::move(*pipeline);
  }
  if (!source_) {
    auto source = plan_.make_source();
    if (!source) return std::unexpected(Failure{"source", source.error()});
    source_ = std::move(*source);
    counted_ = {};
    limit_decoding();
  }
  signs_.now_doing(Doing::opening, clock_.steady());
  if (auto opened = source_->open(stop); !opened) return std::unexpected(Failure{"source", opened.error()});
  return {};
}

bool CameraWorker::too_old(const Frame& frame) const {
  return source_->live() && clock_.wall_seconds() - frame.due_time > plan_.max_frame_age_ms / 1000.0;
}

auto CameraWorker::process(Frame frame, std::stop_token stop) -> Step<> {
  cover(frame, FrameFate::dropped);  // Until the detectors are done with it nobody has seen it.
  const auto begin = clock_.steady();
  auto findings = look(frame, stop);
  const double latency_ms = to_seconds(clock_.steady() - begin) * 1000;
  if (!findings) {
    switch (findings.error().kind) {
      case ErrorKind::unavailable:
        drop(frame, "engine_busy");
        return {};
      case ErrorKind::cancelled:
        return {};
      default:
        return std::unexpected(Failure{"detector", findings.error()});
    }
  }
  auto seen = std::make_shared<const AnnotatedFrame>(std::move(frame), std::move(findings->visible));
  cover(seen->frame, FrameFate::processed);
  processed(seen, *findings, latency_ms);
  look_for_freeze(seen->frame);
  publish(*seen, *findings, latency_ms, stop);
  if (source_->live()) apply_ladder(ladder_.processed(clock_.steady(), clock_.steady() - begin));
  return {};
}

Result<Findings> CameraWorker::look(const Frame& frame, std::stop_token stop) {
  return pipeline_->look(frame, {.stop = std::move(stop), .since = clock_.steady()},
                         ladder_.holds(config::OverloadStep::low_priority_off));
}

/// Carries out what the ladder says, when it says something new.
void CameraWorker::apply_ladder(bool changed) {
  if (!changed) return;
  throttle_.thin(ladder_.holds(config::OverloadStep::fewer_frames) ? 2 : 1);
  limit_decoding();
  telemetry::OverloadChanged change{
      .camera_id = plan_.camera_id, .rung = static_cast<int>(ladder_.rung()), .steps = {}};
  for (std::size_t i = 0; i < ladder_.rung(); ++i) {
    change.steps.emplace_back(config::to_string(plan_.overload.ladder[i]));
  }
  telemetry_.emit(change);
  std::lock_guard lock(mutex_);
  status_.overload = std::move(change.steps);
}

void CameraWorker::limit_decoding() {
  const bool limited = ladder_.holds(config::OverloadStep::keyframes);
  source_->limit(limited ? video::DecodePolicy::keyframes : video::DecodePolicy::all);
}

void CameraWorker::publish(const AnnotatedFrame& seen, const Findings& findings, double latency_ms,
                           std::stop_token stop) {
  const auto count = reporter_.report(seen, findings, latency_ms, provenance(stop), stop);
  if (count > 0 && source_->live()) {
    telemetry_.emit(telemetry::EventsTaken{plan_.camera_id, clock_.wall_seconds() - seen.frame.capture_time});
  }
  std::lock_guard lock(mutex_);
  status_.events += count;
}

/// Publishes what waits for a frame of the next second: there is none for now.
void CameraWorker::publish_rest(std::stop_token stop) {
  const auto count = reporter_.finish(provenance(stop), stop);
  std::lock_guard lock(mutex_);
  status_.events += count;
}

FrameReporter::Extras CameraWorker::provenance(std::stop_token stop) {
  return [this, stop = std::move(stop)](const Frame& frame) {
    return source_ ? source_->provenance(frame, stop) : nlohmann::json();
  };
}

void CameraWorker::drop(const Frame& frame, const std::string& reason) {
  cover(frame, FrameFate::dropped);
  telemetry_.emit(telemetry::FrameDropped{plan_.camera_id, reason});
  {
    std::lock_guard lock(mutex_);
    ++status_.drops[reason];
    drop_rate_.tick(clock_.steady());
  }
  if (source_->live()) apply_ladder(ladder_.dropped(clock_.steady()));
}

/// A recording is no camera's time.
void CameraWorker::cover(const Frame& frame, FrameFate fate) {
  if (plan_.coverage && source_->live()) plan_.coverage->frame(frame, fate);
}

/// Counts what the source has read since the last time, and what its gate left undecoded of it.
void CameraWorker::count_packets() {
  const auto before = std::exchange(counted_, source_->counters());
  const auto gated = counted_.gated - before.gated;
  if (gated > 0) telemetry_.emit(telemetry::PacketsGated{plan_.camera_id, gated});
  std::lock_guard lock(mutex_);
  status_.packets += counted_.packets - before.packets;
  status_.gated_packets += gated;
}

void CameraWorker::processed(std::shared_ptr<const AnnotatedFrame> seen, const Findings& findings,
                             double latency_ms) {
  const Frame& frame = seen->frame;
  count_packets();
  telemetry_.emit(telemetry::FrameProcessed{.camera_id = plan_.camera_id,
                                            .latency_ms = latency_ms,
                                            .queue_wait_ms = to_seconds(findings.times.waited) * 1000,
                                            .inference_ms = to_seconds(findings.times.inferred) * 1000,
                                            .still = findings.still,
                                            .capture_time = frame.capture_time});
  bool recovered = false;
  {
    std::lock_guard lock(mutex_);
    status_.state = "online";
    status_.error.clear();
    status_.last_frame_time = frame.capture_time;
    status_.width = frame.view.width;
    status_.height = frame.view.height;
    ++status_.frames;
    if (findings.still) ++status_.still_frames;
    rate_.tick(clock_.steady());
    latency_ms_.add(latency_ms);
    latest_ = std::move(seen);
    recovered = std::exchange(recovering_, false);
  }
  // A frame that went all the way is what proves that the camera is back.
  backoff_.reset();
  if (recovered) telemetry_.emit(telemetry::CameraRecovered{plan_.camera_id});
}

void CameraWorker::failed(const Failure& failure, Clock::Duration pause) {
  if (plan_.coverage) plan_.coverage->failed();
  {
    std::lock_guard lock(mutex_);
    status_.state = state_after(failure.part, failure.error.kind);
    status_.error = failure.error.message;
    recovering_ = true;
  }
  telemetry_.emit(telemetry::CameraFailed{plan_.camera_id, failure.part, failure.error, to_seconds(pause)});
}

void CameraWorker::look_for_freeze(const Frame& frame) {
  if (plan_.frozen_seconds == 0 || !source_->live()) return;
  const double seconds = freeze_.look(frame);
  const double frozen = seconds >= plan_.frozen_seconds ? seconds : 0;
  double before = 0;
  {
    std::lock_guard lock(mutex_);
    before = std::exchange(frozen_seconds_, frozen);
  }
  if ((before > 0) != (frozen > 0)) telemetry_.emit(telemetry::PictureFroze{plan_.camera_id, frozen});
}

void CameraWorker::restarted(std::string_view reason, const Error& error, Clock::Duration pause) {
  telemetry_.emit(telemetry::WorkerRestarts{plan_.camera_id, std::string(reason), error.message});
  {
    std::lock_guard lock(mutex_);
    ++status_.restarts;
  }
  failed({"worker", error}, pause);
}

void CameraWorker::blocked() {
  const std::string what =
      "its last thread does not end, as something in it does not come back; restart the service to watch "
      "this "
      "camera again";
  {
    std::lock_guard lock(mutex_);
    status_.state = "error";
    status_.error = what;
    recovering_ = true;
  }
  telemetry_.emit(telemetry::WorkerStuck{plan_.camera_id, what});
}

void CameraWorker::close() {
  if (source_) count_packets();
  source_.reset();
  pipeline_.reset();
}

http::CameraStatus CameraWorker::status() const {
  std::lock_guard lock(mutex_);
  http::CameraStatus status = status_;
  status.fps = rate_.per_second(clock_.steady());
  status.latency_ms = latency_ms_.value();
  if (status.state != "online") return status;
  const double drops = drop_rate_.per_second(clock_.steady());
  if (frozen_seconds_ > 0) {
    status.error = fmt::format("picture frozen for {:.0f} s", frozen_seconds_);
  } else if (drops > std::max(status.fps, kDropsToSpeakOf)) {
    status.error = fmt::format("more than half of the due frames are dropped ({:.1f} a second)", drops);
  } else if (!status.overload.empty()) {
    status.error = fmt::format("cannot keep up: {}", fmt::join(status.overload, ", "));
  }
  if (!status.error.empty()) status.state = "degraded";
  return status;
}

std::shared_ptr<const AnnotatedFrame> CameraWorker::latest() const {
  std::lock_guard lock(mutex_);
  return latest_;
}

bool CameraWorker::ended() const {
  std::lock_guard lock(mutex_);
  return status_.state == "ended";
}

}  // namespace kinesight::infer

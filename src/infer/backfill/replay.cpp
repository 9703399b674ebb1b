#include "infer/backfill/replay.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "infer/coverage/span_builder.h"
#include "infer/throttle.h"

namespace kinesight::infer {
namespace {

/// The cameras that watch now have the models first: a frame that finds them busy is tried again.
constexpr int kTries = 10;
constexpr auto kBusyPause = std::chrono::milliseconds(500);

/// One run over one span.
class Replay {
 public:
  Replay(const BackfillPlan& plan, DetectorPipeline& pipeline, telemetry::Telemetry telemetry, Clock& clock,
         std::int64_t begin_ms, std::int64_t end_ms)
      : plan_(plan),
        pipeline_(pipeline),
        clock_(clock),
        begin_ms_(begin_ms),
        end_ms_(end_ms),
        throttle_(plan.fps_target),
        builder_(plan.fps_target),
        reporter_(plan.route, telemetry) {
    pipeline.forget();
    builder_.frame(begin_ms, FrameFate::not_due);  // Time counts from here, though there is no frame.
  }

  Result<> run(const std::function<bool()>& room, std::stop_token stop) {
    const auto done = watch(room, stop);
    reporter_.finish(extras(stop), stop);
    return done;
  }

  bool opened() const { return opened_; }
  Spans watched() {
    Spans watched;
    for (auto& span : builder_.take()) {
      if (span.watched()) append(watched, std::move(span));
    }
    return watched;
  }

 private:
  static double to_seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

  Result<> watch(const std::function<bool()>& room, const std::stop_token& stop) {
    source_ = plan_.make_replay(to_seconds(begin_ms_), to_seconds(end_ms_),
                                [this](const video::Gap& gap) { builder_.gap(gap); });
    if (!source_) return fail(ErrorKind::invalid, "this kind of source keeps no recordings");
    if (auto opened = source_->open(stop); !opened) return opened;
    opened_ = true;
    bool any = false;
    for (;;) {
      if (!room()) return fail(ErrorKind::cancelled, "no room for it");
      auto frame = source_->read(stop);
      if (!frame) return std::unexpected(frame.error());
      if (!*frame) break;
      const auto time = std::clamp((*frame)->ts_ms(), begin_ms_, end_ms_);
      auto fate = FrameFate::not_due;
      if (throttle_.due((*frame)->capture_time)) {
        const auto processed = process(std::move(**frame), stop);
        if (!processed) return std::unexpected(processed.error());
        fate = *processed ? FrameFate::processed : FrameFate::dropped;
      }
      builder_.frame(time, fate);
      any = true;
    }
    // Without a frame nothing was watched, however short it is.
    if (any) builder_.frame(end_ms_, FrameFate::not_due);
    return {};
  }

  /// False when the models stayed busy.
  Result<bool> process(Frame frame, std::stop_token stop) {
    for (int tries = 1;; ++tries) {
      const auto begin = clock_.steady();
      auto found = pipeline_.look(frame, {.stop = stop, .since = Clock::Steady::max()});
      if (found) {
        const AnnotatedFrame seen{std::move(frame), std::move(found->visible)};
        reporter_.report(seen, *found, kinesight::to_seconds(clock_.steady() - begin) * 1000, extras(stop),
                         stop);
        return true;
      }
      if (found.error().kind != ErrorKind::unavailable) return std::unexpected(found.error());
      if (tries == kTries) return false;
      if (!clock_.wait_for(kBusyPause, stop)) return fail(ErrorKind::cancelled, "stopped");
    }
  }

  FrameReporter::Extras extras(std::stop_token stop) {
    return [this, stop = std::move(stop)](const Frame& frame) {
      auto extras = source_->provenance(frame, stop);
      if (!extras.is_object()) extras = nlohmann::json::object();
      extras["backfill"] = true;
      return extras;
    };
  }

  const BackfillPlan& plan_;
  DetectorPipeline& pipeline_;
  Clock& clock_;
  const std::int64_t begin_ms_;
  const std::int64_t end_ms_;
  Throttle throttle_;
  SpanBuilder builder_;
  FrameReporter reporter_;
  std::unique_ptr<video::FrameSource> source_;
  bool opened_ = false;
};

}  // namespace

ReplayOutcome replay(const BackfillPlan& plan, std::int64_t begin_ms, std::int64_t end_ms,
                     DetectorPipeline& pipeline, telemetry::Telemetry telemetry, Clock& clock,
                     const std::function<bool()>& room, std::stop_token stop) {
  Replay run(plan, pipeline, telemetry, clock, begin_ms, end_ms);
  ReplayOutcome outcome;
  try {
    if (const auto done = run.run(room, stop); !done) outcome.error = done.error();
  } catch (const std::exception& exception) {
    // A library that throws where nobody foresaw it costs this span a try, and not the thread its life.
    outcome.error = Error{ErrorKind::corrupt, std::string("unexpected exception: ") + exception.what()};
  }
  outcome.watched = run.watched();
  outcome.opened = run.opened();
  return outcome;
}

}  // namespace kinesight::infer

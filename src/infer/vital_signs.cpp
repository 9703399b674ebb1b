#include "infer/vital_signs.h"

#include <fmt/format.h>

namespace kinesight::infer {
namespace {

constexpr double kSpanSeconds = 10;
constexpr double kOutrun = 5;
constexpr double kMostFramesPerSecond = 500;
constexpr int kSpansInARow = 3;
constexpr double kOpeningTakes = 10;

}  // namespace

void VitalSigns::now_doing(Doing what, Clock::Steady now) {
  std::lock_guard lock(mutex_);
  doing_ = what;
  since_ = now;
  span_.reset();
  outrun_ = 0;
}

void VitalSigns::frame(double capture_time, bool live, Clock::Steady now) {
  std::lock_guard lock(mutex_);
  since_ = now;
  if (live) judge_pace(capture_time, now);
}

void VitalSigns::judge_pace(double capture_time, Clock::Steady now) {
  if (!span_) span_ = Span{.begin = now, .first_capture_time = capture_time};
  ++span_->frames;
  const double seconds = to_seconds(now - span_->begin);
  if (seconds < kSpanSeconds) return;
  const bool outruns = capture_time - span_->first_capture_time > kOutrun * seconds ||
                       static_cast<double>(span_->frames) > kMostFramesPerSecond * seconds;
  outrun_ = outruns ? outrun_ + 1 : 0;
  span_.reset();
}

std::optional<Trouble> VitalSigns::trouble(Clock::Steady now) const {
  std::lock_guard lock(mutex_);
  if (watchdog_seconds_ == 0 || doing_ == Doing::resting) return std::nullopt;
  const double silent = to_seconds(now - since_);
  const double patience = watchdog_seconds_ * (doing_ == Doing::opening ? kOpeningTakes : 1);
  if (silent >= patience) {
    return Trouble{"stalled",
                   {ErrorKind::unavailable,
                    fmt::format("no frame for {:.0f} s (watchdog_seconds: {})", silent, watchdog_seconds_)}};
  }
  if (outrun_ >= kSpansInARow) {
    return Trouble{"runaway",
                   {ErrorKind::corrupt, "its source hands out frames much faster than time goes by"}};
  }
  return std::nullopt;
}

}  // namespace kinesight::infer

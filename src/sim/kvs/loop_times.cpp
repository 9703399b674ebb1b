#include "sim/kvs/loop_times.h"

#include <algorithm>
#include <cmath>

namespace kinesight::sim::kvs {
namespace {

constexpr double kFarFuture = 1e10;  // Keeps laps within whole numbers, whatever a request asks for.

}  // namespace

LoopTimes::LoopTimes(double start, const video::FragmentedVideo& recording) : start_(start) {
  double end = 0;
  for (const video::MediaFragment& fragment : recording.fragments) {
    begins_.push_back(fragment.begin);
    durations_.push_back(fragment.duration);
    longest_ = std::max(longest_, fragment.duration);
    end = fragment.begin + fragment.duration;
  }
  lap_ = std::max(recording.duration, end);
  if (lap_ > 0) return;
  begins_.clear();
  durations_.clear();
}

double LoopTimes::begin(std::int64_t index) const {
  const auto laps = index / static_cast<std::int64_t>(begins_.size());
  return start_ + static_cast<double>(laps) * lap_ + begins_[within(index)];
}

std::int64_t LoopTimes::first_from(double time) const {
  if (empty() || time <= start_) return 0;
  const double since = std::min(time, kFarFuture) - start_;
  const double laps = std::floor(since / lap_);
  const auto place = std::ranges::lower_bound(begins_, since - laps * lap_) - begins_.begin();
  auto index = static_cast<std::int64_t>(laps) * static_cast<std::int64_t>(begins_.size()) + place;
  // The estimate may be off by a rounding: what begin() says counts.
  while (index > 0 && begin(index - 1) >= time) --index;
  while (begin(index) < std::min(time, kFarFuture)) ++index;
  return index;
}

std::int64_t LoopTimes::first_ending_after(double time) const {
  std::int64_t index = first_from(time);
  while (index > 0 && end(index - 1) > time) --index;
  return index;
}

}  // namespace kinesight::sim::kvs

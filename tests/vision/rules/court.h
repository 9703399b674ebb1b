// A judge in the hands of a test, and what it is shown.
#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "vision/rules/judge.h"

namespace kinesight::vision {

inline constexpr double kStart = 1.7e9;  ///< Of the first frame: Unix seconds.
inline constexpr double kPeriod = 0.2;   ///< Between frames, seconds.

/// A grey frame of 64 x 48.
inline Frame make_frame(double time) {
  static const std::vector<std::uint8_t> pixels(std::size_t{64} * 48 * 3, 90);
  Frame frame;
  frame.view = {.width = 64, .height = 48};
  frame.view.planes[0] = {pixels.data(), 64 * 3};
  frame.capture_time = time;
  return frame;
}

/// A box somewhere in the frame of 64 x 48.
inline Detection knife(float conf = 0.9F, Box box = {20, 20, 10, 10}) {
  return {.type = "weapon", .label = "knife", .conf = conf, .box = box, .threshold = 0.5F};
}

/// A judge that is shown frames a fifth of a second apart, and all that it saw fit to report.
class Court {
 public:
  explicit Court(JudgeOptions options) : judge_(std::move(options)) {}

  Judgement show(const std::vector<Detection>& detections) {
    auto judgement = judge_.judge(make_frame(now_), detections);
    now_ += kPeriod;
    for (const auto& sighting : judgement.sightings) {
      kinds.push_back(sighting.kind);
      objects.insert(sighting.object);
      last = sighting;
    }
    return judgement;
  }
  void show(int frames, const std::vector<Detection>& detections) {
    for (int i = 0; i < frames; ++i) show(detections);
  }
  void skip(double seconds) { now_ += seconds; }
  int count(Sighting::Kind kind) const { return static_cast<int>(std::ranges::count(kinds, kind)); }

  std::vector<Sighting::Kind> kinds;
  std::set<TrackId> objects;
  Sighting last;

 private:
  Judge judge_;
  double now_ = kStart;
};

inline JudgeOptions three_of_five() {
  return {.rules = {
              .temporal_window = 5, .confirmation_threshold = 3, .cooldown_seconds = 60, .lost_seconds = 3}};
}

}  // namespace kinesight::vision

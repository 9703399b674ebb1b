#include "vision/gate/motion_gate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "vision/gate/cells.h"

namespace kinesight::vision {
namespace {

constexpr double kLargeShift = 24;
/// Changes of a still scene's cells are noise; of the 2000 or so of them none is beyond so many of their
/// standard deviations.
constexpr double kStandOut = 6;
/// How much of the noise of a frame goes into what is usual.
constexpr double kNews = 0.2;
/// More than this (levels) is no noise: the camera moves.
constexpr double kMostNoise = 3;
/// The median of absolute values is so much of a normal distribution's standard deviation.
constexpr double kMedianOfNormal = 0.6745;
constexpr std::size_t kGroups = 3;
/// Groups of less than a sixth of the cells (where many are alike) say too little about contrast.
constexpr std::size_t kFew = 6;
/// Nor do groups that are hardly apart in brightness (cell units).
constexpr int kApart = 8 * kCellUnits;

/// The medians of numbers within [-kSpan, kSpan], by counting.
class Counting {
 public:
  void add(int value) {
    ++counts_[static_cast<std::size_t>(std::clamp(value, -kSpan, kSpan) + kSpan)];
    ++total_;
  }
  int median() const {
    int below = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      below += counts_[i];
      if (2 * below >= total_) return static_cast<int>(i) - kSpan;
    }
    return 0;
  }

 private:
  static constexpr int kSpan = 64 * kCellUnits;
  std::array<int, 2 * kSpan + 1> counts_{};
  int total_ = 0;
};

/// What a change of exposure does to a cell: `offset` + `slope` * its brightness before, all in cell units.
struct Exposure {
  double offset = 0;
  double slope = 0;

  double change_of(int before) const { return offset + slope * before; }
};

/// Brightness below which a third of the cells lie, and above which a third lie.
std::pair<int, int> thirds(std::span<const std::uint16_t> cells) {
  std::array<std::size_t, 256> counts{};
  for (const auto cell : cells) ++counts[std::min(cell / kCellUnits, 255)];
  std::pair<int, int> bounds{0, 255};
  std::size_t below = 0;
  for (int level = 0; level < 256; ++level) {
    if (kGroups * below < cells.size()) bounds.first = level;
    if (kGroups * below < 2 * cells.size()) bounds.second = level;
    below += counts[static_cast<std::size_t>(level)];
  }
  return bounds;
}

/// Fits the line through the medians of the dark and of the bright third (Tukey's resistant line): a third of
/// the cells of either may move without moving it.
Exposure exposure_between(std::span<const std::uint16_t> before, std::span<const std::uint16_t> now) {
  const auto [dark, bright] = thirds(before);
  Counting changes_dark, changes_bright, all;
  double sum_dark = 0, sum_bright = 0;
  int count_dark = 0, count_bright = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const int change = now[i] - before[i];
    all.add(change);
    if (before[i] / kCellUnits <= dark) {
      changes_dark.add(change);
      sum_dark += before[i];
      ++count_dark;
    } else if (before[i] / kCellUnits >= bright) {
      changes_bright.add(change);
      sum_bright += before[i];
      ++count_bright;
    }
  }
  const auto few = static_cast<int>(before.size() / kFew);
  if (count_dark <= few || count_bright <= few) return {static_cast<double>(all.median()), 0};
  const double low = sum_dark / count_dark, high = sum_bright / count_bright;
  if (high - low < kApart) return {static_cast<double>(all.median()), 0};
  const double slope = (changes_bright.median() - changes_dark.median()) / (high - low);
  return {changes_dark.median() - slope * low, slope};
}

}  // namespace

bool MotionGate::open(const Frame& frame) {
  const FrameView& view = frame.view;
  cells_of(view, now_);
  const double since = frame.capture_time - last_time_;
  const bool overdue = since >= options_.max_still_seconds || since < 0;
  const bool other = view.width != width_ || view.height != height_ || last_.size() != now_.size();
  if (!other && !overdue && !moved()) return false;
  width_ = view.width;
  height_ = view.height;
  last_time_ = frame.capture_time;
  last_.swap(now_);
  return true;
}

bool MotionGate::moved() {
  const auto exposure = exposure_between(last_, now_);
  Counting distances;
  double farthest = 0;
  double mean_change = 0;
  for (std::size_t i = 0; i < last_.size(); ++i) {
    const double expected = exposure.change_of(last_[i]);
    const double distance = std::abs(now_[i] - last_[i] - expected);
    mean_change += expected;
    farthest = std::max(farthest, distance);
    distances.add(static_cast<int>(distance));
  }
  mean_change /= static_cast<double>(last_.size());
  const double noise = std::min(distances.median() / kMedianOfNormal, kMostNoise * kCellUnits);
  noise_ = noise_ > 0 ? (1 - kNews) * noise_ + kNews * noise : noise;
  if (std::abs(mean_change) > kLargeShift * kCellUnits) return true;
  return farthest > std::max(options_.threshold * kCellUnits, kStandOut * std::max(noise, noise_));
}

void MotionGate::reset() {
  last_.clear();
  noise_ = 0;
}

}  // namespace kinesight::vision

#include "vision/rules/growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <vector>

namespace kinesight::vision {
namespace {

constexpr double kMostKept = 400;      // Observations.
constexpr double kLeastGap = 0.08;     // Seconds between observations: more often says nothing new.
constexpr double kLeastAge = 0.35;     // Seconds from a look to one that it is compared with: smoke is slow.
constexpr double kMemoryGap = 0.25;    // Seconds between looks that are remembered.
constexpr std::size_t kMemories = 16;  // So that flashes of any period find their like: four seconds.
constexpr std::size_t kLeastFrames = 3;  // Of which anything can be said.
constexpr std::size_t kEnd = 3;          // Observations that make up the beginning, and the end, of a time.
constexpr float kLeastContrast = 12;     // Levels: a surface without structure is no structure of noise.
constexpr int kPoints = 2;               // Per cell and direction.

/// The luma of a pixel: the Y plane, or ITU-R BT.601 of blue, green and red.
float luma(const FrameView& view, int x, int y) {
  const Plane& plane = view.planes[0];
  const std::uint8_t* row = plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride;
  if (view.format == PixelFormat::i420) return row[x];
  const std::uint8_t* bgr = row + std::ptrdiff_t{3} * x;
  return static_cast<float>((29 * bgr[0] + 150 * bgr[1] + 77 * bgr[2]) / 256);
}

using Pixels = std::array<int, std::size_t{Look::kSide} * kPoints>;

/// The pixels between `from` and `from + length` that are looked at.
Pixels spread(double from, double length, int most) {
  Pixels pixels{};
  for (std::size_t k = 0; k < pixels.size(); ++k) {
    const double at = from + length * (static_cast<double>(k) + 0.5) / static_cast<double>(pixels.size());
    pixels[k] = static_cast<int>(std::clamp(std::floor(at), 0.0, static_cast<double>(most - 1)));
  }
  return pixels;
}

struct Statistics {
  float mean = 0;
  float contrast = 0;  // Standard deviation.
};

Statistics statistics(const Look& look) {
  float sum = 0, squares = 0;
  for (const float level : look.cells) {
    sum += level;
    squares += level * level;
  }
  const auto count = static_cast<float>(look.cells.size());
  const float mean = sum / count;
  return {mean, std::max(kLeastContrast, std::sqrt(std::max(0.0F, squares / count - mean * mean)))};
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double area(const Box& box) { return static_cast<double>(box.w) * box.h; }

}  // namespace

Look Look::at(const FrameView& view, const Box& box) {
  Look look;
  const Pixels columns = spread(box.x, box.w, view.width), rows = spread(box.y, box.h, view.height);
  for (std::size_t y = 0; y < rows.size(); ++y) {
    float* cells = look.cells.data() + y / kPoints * kSide;
    for (std::size_t x = 0; x < columns.size(); ++x) cells[x / kPoints] += luma(view, columns[x], rows[y]);
  }
  for (float& cell : look.cells) cell /= kPoints * kPoints;
  return look;
}

double Look::difference(const Look& a, const Look& b) {
  const Statistics of_a = statistics(a), of_b = statistics(b);
  double sum = 0;
  for (std::size_t k = 0; k < a.cells.size(); ++k) {
    sum += std::abs((a.cells[k] - of_a.mean) / of_a.contrast - (b.cells[k] - of_b.mean) / of_b.contrast);
  }
  return sum / static_cast<double>(a.cells.size());
}

void GrowthWitness::observe(double time, const Box& box, const FrameView& view) {
  const double kept = std::max(options_.growth_seconds, options_.steady_seconds);
  if (!seen_.empty() && time - seen_.back().time < std::max(kLeastGap, kept / kMostKept)) return;
  const Look now = Look::at(view, box);
  seen_.push_back({time, box, novelty(time, now, view)});
  // One observation older than the time asked for stays: it shows that the time has passed.
  while (seen_.size() > kLeastFrames && seen_[1].time <= time - kept) seen_.pop_front();
  remember(time, box, now);
}

/// The least difference from any look that is remembered. Each is compared in two ways: with what is there
/// now, for things that stand still in boxes that do not, and with what is in the box now, for things that
/// come nearer. What repeats itself, a beacon, finds its like among them; flames do not.
std::optional<double> GrowthWitness::novelty(double time, const Look& now, const FrameView& view) const {
  std::optional<double> least;
  for (const Memory& memory : memories_) {
    if (time - memory.time < kLeastAge) continue;
    const double here = Look::difference(Look::at(view, memory.box), memory.look);
    const double difference = std::min(here, Look::difference(now, memory.look));
    least = std::min(least.value_or(difference), difference);
  }
  return least;
}

void GrowthWitness::remember(double time, const Box& box, const Look& look) {
  if (!memories_.empty() && time - memories_.back().time < kMemoryGap) return;
  memories_.push_back({time, box, look});
  if (memories_.size() > kMemories) memories_.pop_front();
}

/// The area lately, as a multiple of the area at first. Medians: a single box is never quite right.
double GrowthWitness::growth() const {
  std::vector<double> first, last;
  for (std::size_t k = 0; k < std::min(kEnd, seen_.size()); ++k) {
    first.push_back(area(seen_[k].box));
    last.push_back(area(seen_[seen_.size() - 1 - k].box));
  }
  return median(last) / std::max(1.0, median(first));
}

/// How far the foot (the middle of the lower edge) has come, in multiples of the larger of the two sizes.
double GrowthWitness::shift() const {
  const auto foot = [&](std::size_t from) {
    std::vector<double> x, y, size;
    for (std::size_t k = from; k < from + std::min(kEnd, seen_.size()); ++k) {
      const Box& box = seen_[k].box;
      x.push_back(box.x + box.w / 2);
      y.push_back(box.y + box.h);
      size.push_back(std::sqrt(area(box)));
    }
    return std::array{median(x), median(y), median(size)};
  };
  const auto first = foot(0), last = foot(seen_.size() - std::min(kEnd, seen_.size()));
  return std::hypot(last[0] - first[0], last[1] - first[1]) / std::max({1.0, first[2], last[2]});
}

std::optional<double> GrowthWitness::typical_novelty() const {
  std::vector<double> all;
  for (const Observation& observation : seen_) {
    if (observation.novelty) all.push_back(*observation.novelty);
  }
  if (all.empty()) return std::nullopt;
  return median(std::move(all));
}

std::optional<Fault> GrowthWitness::doubt() const {
  const double seconds = seen_.empty() ? 0 : seen_.back().time - seen_.front().time;
  if (seen_.size() < kLeastFrames || seconds < options_.growth_seconds) {
    return Fault{Verdict::unconfirmed, fmt::format("seen in {} frames for {:.1f} s, {:.1f} s needed",
                                                   seen_.size(), seconds, options_.growth_seconds)};
  }
  if (const double moved = shift(); moved > options_.max_shift) {
    return Fault{Verdict::moving,
                 fmt::format("its foot moved by {:.2f} of its size in {:.1f} s, at most {:.2f}", moved,
                             seconds, options_.max_shift)};
  }
  const double changed = typical_novelty().value_or(0);
  if (changed < options_.min_novelty) {
    return Fault{Verdict::unchanging,
                 fmt::format("its inside changed by {:.2f}, {:.2f} needed", changed, options_.min_novelty)};
  }
  const double grown = growth();
  if (grown >= options_.min_growth || seconds >= options_.steady_seconds) return std::nullopt;
  return Fault{Verdict::unconfirmed,
               fmt::format("grew by {:.2f} in {:.1f} s: {:.2f} needed, or {:.1f} s", grown, seconds,
                           options_.min_growth, options_.steady_seconds)};
}

}  // namespace kinesight::vision

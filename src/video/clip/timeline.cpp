#include "video/clip/timeline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace kinesight::video::clip {
namespace {

/// A time scale in which neither a frame's time is coarse nor hours leave 32 bits.
constexpr int kCoarsest = 8'000;
constexpr int kFinest = 100'000;
constexpr int kUsualScale = 90'000;  ///< In which 24, 25, 30 and 60 frames a second are whole ticks.
constexpr double kLongestSeconds = 366.0 * 24 * 3600;
/// Frames of slow cameras are not paused.
constexpr std::int64_t kPauseSeconds = 2;
constexpr std::int64_t kPauseFrames = 3;
/// Times in Matroska and in ListFragments are of whole milliseconds.
constexpr double kRounding = 0.002;

int choose_timescale(const std::vector<PieceIndex>& pieces) {
  const AVRational first = pieces.front().time_base;
  const bool same = std::ranges::all_of(
      pieces, [&](const PieceIndex& piece) { return av_cmp_q(piece.time_base, first) == 0; });
  return same && first.num == 1 && first.den >= kCoarsest && first.den <= kFinest ? first.den : kUsualScale;
}

/// From a frame to the next within a part, in most cases; `otherwise` where there is one frame.
std::int64_t spacing(const std::vector<Sample>& samples, std::int64_t otherwise) {
  if (samples.size() < 2) return otherwise;
  std::vector<std::int64_t> steps;
  steps.reserve(samples.size());
  for (const Sample& sample : samples) steps.push_back(sample.time);
  std::ranges::sort(steps);
  std::adjacent_difference(steps.begin(), steps.end(), steps.begin());
  const auto middle = steps.begin() + std::ssize(steps) / 2;
  std::nth_element(steps.begin() + 1, middle, steps.end());  // The first one is a time.
  return std::max<std::int64_t>(1, *middle);
}

class Placer {
 public:
  Placer(Timeline& line, std::size_t piece_count) : line_(line) {
    line_.tails.resize(piece_count);
    line_.usual = std::max<std::int64_t>(1, line.timescale / 25);
  }

  void add(std::size_t number, PieceIndex& piece) {
    to_ticks(piece);
    line_.usual = spacing(piece.samples, number == 0 && piece.tail > 0 ? piece.tail : line_.usual);
    line_.tails[number] = piece.tail > 0 ? piece.tail : line_.usual;
    if (number > 0 && !fit(piece.samples)) return;
    drop_leading(piece.samples);
    for (const Sample& sample : piece.samples) latest_ = std::max(latest_, sample.time);
    line_.samples.insert(line_.samples.end(), piece.samples.begin(), piece.samples.end());
  }

 private:
  void to_ticks(PieceIndex& piece) const {
    const AVRational scale{1, static_cast<int>(line_.timescale)};
    const std::int64_t zero = piece.samples.front().time;
    const std::int64_t begin = line_.ticks(piece.begin);
    for (Sample& sample : piece.samples)
      sample.time = begin + av_rescale_q(sample.time - zero, piece.time_base, scale);
    piece.tail = av_rescale_q(std::max<std::int64_t>(piece.tail, 0), piece.time_base, scale);
  }

  std::int64_t close() const {
    return std::max(line_.usual / 2,
                    static_cast<std::int64_t>(kRounding * static_cast<double>(line_.timescale)));
  }

  /// False: all of the part is there already.
  bool fit(std::vector<Sample>& samples) {
    const Sample& first = samples.front();
    if (first.time > latest_) return true;
    const auto repeated = std::ranges::find_if(line_.samples, [&](const Sample& sample) {
      return sample.key && sample.bytes == first.bytes && std::abs(sample.time - first.time) <= close();
    });
    if (repeated == line_.samples.end()) {
      const std::int64_t shift = latest_ + line_.usual - first.time;
      for (Sample& sample : samples) sample.time += shift;
      return true;
    }
    if (std::ranges::max(samples, {}, &Sample::time).time <= latest_ + close()) return false;
    // This part goes on beyond; its own times are as good.
    line_.samples.erase(repeated, line_.samples.end());
    latest_ = std::numeric_limits<std::int64_t>::min();
    for (const Sample& sample : line_.samples) latest_ = std::max(latest_, sample.time);
    return true;
  }

  /// Frames that are shown before the keyframe they follow are built on the group before it (an open group of
  /// pictures): without that they cannot be decoded, and behind a pause they belong to nothing.
  void drop_leading(std::vector<Sample>& samples) const {
    const std::int64_t key = samples.front().time;
    const bool goes_on = !line_.samples.empty() && key - latest_ <= line_.pause();
    const auto group_end =
        std::find_if(samples.begin() + 1, samples.end(), [](const Sample& one) { return one.key; });
    const auto kept = std::remove_if(samples.begin() + 1, group_end, [&](const Sample& one) {
      return one.time < key && !(goes_on && one.time > latest_);
    });
    samples.erase(kept, group_end);
  }

  Timeline& line_;
  std::int64_t latest_ = std::numeric_limits<std::int64_t>::min();  ///< Of all so far.
};

/// Damaged files have frames of the same time, and times rounded to milliseconds may meet: each gets one of
/// its own.
void sort(Timeline& line) {
  line.in_order.resize(line.samples.size());
  std::iota(line.in_order.begin(), line.in_order.end(), 0U);
  std::ranges::stable_sort(line.in_order, {}, [&](std::uint32_t at) { return line.samples[at].time; });
  std::int64_t earliest = std::numeric_limits<std::int64_t>::min();
  for (const std::uint32_t at : line.in_order) {
    line.samples[at].time = std::max(line.samples[at].time, earliest);
    earliest = line.samples[at].time + 1;
  }
}

}  // namespace

std::int64_t Timeline::ticks(double unix_seconds) const {
  const double seconds = std::clamp(unix_seconds - origin, -kLongestSeconds, kLongestSeconds);
  return std::llround(seconds * static_cast<double>(timescale));
}

std::int64_t Timeline::pause() const { return std::max(kPauseSeconds * timescale, kPauseFrames * usual); }

Result<Timeline> place(std::vector<PieceIndex>& pieces) {
  Timeline line;
  line.timescale = choose_timescale(pieces);
  line.origin = pieces.front().begin;
  std::size_t frames = 0;
  for (const PieceIndex& piece : pieces) frames += piece.samples.size();
  line.samples.reserve(frames);
  Placer placer(line, pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!(std::abs(pieces[i].begin - line.origin) < kLongestSeconds)) {
      return fail(ErrorKind::invalid, "{}: expected it to begin near {:.3f}, found {:.3f}", pieces[i].name,
                  line.origin, pieces[i].begin);
    }
    placer.add(i, pieces[i]);
    pieces[i].samples = std::vector<Sample>();  // They are in the line now.
  }
  sort(line);
  return line;
}

}  // namespace kinesight::video::clip

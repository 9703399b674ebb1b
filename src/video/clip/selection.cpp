#include "video/clip/selection.h"

#include <algorithm>

namespace kinesight::video::clip {
namespace {

using Places = std::vector<std::uint32_t>;

class Selector {
 public:
  Selector(const Timeline& line, std::int64_t from, std::int64_t until)
      : line_(line), from_(from), until_(until) {}

  Result<Selection> select() {
    first_ = first_shown();
    past_ = first_at(until_);
    if (from_ >= until_ || first_ >= past_) {
      return fail(ErrorKind::invalid,
                  "there is no frame in the range: expected some in {:.3f} s, the media has {:.3f} s",
                  seconds(until_ - from_),
                  seconds(time(line_.in_order.back()) - time(line_.in_order.front())));
    }
    Selection selection;
    take_samples(selection);
    selection.begin = time(line_.in_order[first_]);
    selection.end = std::min(until_, natural_end(past_ - 1));
    selection.shown = past_ - first_;
    for (auto at = first_ + 1; at < past_; ++at) {
      selection.longest_pause = std::max(selection.longest_pause, time_at(at) - time_at(at - 1));
    }
    return selection;
  }

 private:
  std::int64_t time(std::uint32_t place) const { return line_.samples[place].time; }
  std::int64_t time_at(std::ptrdiff_t order) const {
    return time(line_.in_order[static_cast<std::size_t>(order)]);
  }
  double seconds(std::int64_t ticks) const {
    return static_cast<double>(ticks) / static_cast<double>(line_.timescale);
  }

  /// The first one in the order of presentation that is not shown before `when`.
  std::ptrdiff_t first_at(std::int64_t when) const {
    const auto found =
        std::ranges::lower_bound(line_.in_order, when, {}, [&](std::uint32_t at) { return time(at); });
    return found - line_.in_order.begin();
  }

  /// The one on show at `from`. One that stands before a pause is not on show in it.
  std::ptrdiff_t first_shown() const {
    const std::ptrdiff_t later = first_at(from_ + 1);
    if (later == 0) return 0;
    return from_ < natural_end(later - 1) ? later - 1 : later;
  }

  /// When a frame gives way: to the next one, or to a pause.
  std::int64_t natural_end(std::ptrdiff_t order) const {
    const std::int64_t own = time_at(order);
    const std::int64_t alone =
        own + line_.tails[line_.samples[line_.in_order[static_cast<std::size_t>(order)]].piece];
    if (order + 1 >= std::ssize(line_.in_order)) return alone;
    const std::int64_t next = time_at(order + 1);
    return next - own <= line_.pause() ? next : std::min(next, alone);
  }

  /// From the last keyframe from which the first shown frame can be decoded, to the last shown frame. In the
  /// order of decoding other frames lie between these, on which shown ones are built.
  void take_samples(Selection& selection) const {
    const Places shown(line_.in_order.begin() + first_, line_.in_order.begin() + past_);
    std::uint32_t begin = *std::ranges::min_element(shown);
    const std::uint32_t last = *std::ranges::max_element(shown);
    const std::int64_t earliest = time(shown.front());
    while (begin > 0 && !(line_.samples[begin].key && time(begin) <= earliest)) --begin;
    const std::int64_t key = time(begin);
    selection.samples.reserve(last - begin + 1);
    for (std::uint32_t at = begin; at <= last; ++at) {
      // Built on the group before, which is not there.
      if (time(at) >= key) selection.samples.push_back(line_.samples[at]);
    }
    selection.in_order.reserve(selection.samples.size());
    for (const Sample& sample : selection.samples) selection.in_order.push_back(sample.time);
    std::ranges::sort(selection.in_order);
    const std::int64_t end = natural_end(first_at(selection.in_order.back()));
    selection.tail = std::max<std::int64_t>(1, end - selection.in_order.back());
  }

  const Timeline& line_;
  const std::int64_t from_;
  const std::int64_t until_;
  std::ptrdiff_t first_ = 0;  ///< Of those that are shown, in the order of presentation,
  std::ptrdiff_t past_ = 0;   ///< and behind the last one.
};

}  // namespace

Result<Selection> select(const Timeline& line, std::int64_t from, std::int64_t until) {
  return Selector(line, from, until).select();
}

}  // namespace kinesight::video::clip

#include "infer/coverage/span_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace kinesight::infer {
namespace {

/// Of frames that are further apart than this some were lost.
constexpr std::int64_t kLostFromMs = 2000;
constexpr std::int64_t kIntervals = 3;
/// However far two frames are apart.
constexpr std::int64_t kAnyMs = std::numeric_limits<std::int64_t>::max();
/// After a failure one frame that is not there is one too many.
constexpr double kIntervalsAfterFailure = 1.5;
/// Fewer intervals say nothing about a source.
constexpr std::size_t kEnough = 3;
/// Gaps between two frames; of more, the first ones become one.
constexpr std::size_t kMostDeclared = 256;
/// Spans that nobody takes, as when the disk hangs.
constexpr std::size_t kMostSpans = 8192;

}  // namespace

SpanBuilder::SpanBuilder(double fps_target) : period_ms_(std::llround(1000 / fps_target)) {}

void SpanBuilder::frame(std::int64_t time_ms, FrameFate fate, bool after_still) {
  if (!reached_ && !declared_.empty()) reached_ = declared_.front().begin_ms;
  if (reached_ && time_ms > *reached_) write(*reached_, time_ms, after_still ? kAnyMs : bearable_ms());
  reached_ = time_ms;
  failing_ = false;
  if (fate != FrameFate::not_due) dropping_ = fate == FrameFate::dropped;
}

void SpanBuilder::gap(const video::Gap& gap) {
  Declared declared{to_ms(gap.begin), to_ms(gap.end), gap.reason};
  if (reached_) declared.begin_ms = std::max(declared.begin_ms, *reached_);
  if (declared.end_ms <= declared.begin_ms || declared.reason.empty()) return;
  const auto place = std::ranges::upper_bound(declared_, declared.begin_ms, {}, &Declared::begin_ms);
  declared_.insert(place, std::move(declared));
  if (declared_.size() <= kMostDeclared) return;
  declared_[0].end_ms = std::max(declared_[0].end_ms, declared_[1].end_ms);
  declared_.erase(declared_.begin() + 1);
}

void SpanBuilder::fail(std::int64_t now_ms) {
  if (!reached_) reached_ = now_ms;
  failing_ = true;
}

void SpanBuilder::close(std::int64_t now_ms) {
  if (!failing_ || now_ms <= *reached_) return;
  write(*reached_, now_ms, 0);  // No frame ends it: none of it was watched.
  reached_ = now_ms;
}

Spans SpanBuilder::take() { return std::exchange(spans_, {}); }

/// Puts down what was between two frames, or all that came before the first.
void SpanBuilder::write(std::int64_t begin_ms, std::int64_t end_ms, std::int64_t bearable_ms) {
  std::int64_t written = begin_ms;
  for (const auto& declared : declared_) {
    const auto from = std::clamp(declared.begin_ms, written, end_ms);
    const auto to = std::clamp(declared.end_ms, from, end_ms);
    if (to == from) continue;
    write_undeclared(written, from, bearable_ms);
    append(spans_, {.begin_ms = from, .end_ms = to, .reason = declared.reason});
    written = to;
  }
  write_undeclared(written, end_ms, bearable_ms);
  if (written == begin_ms && !failing_ && bearable_ms != kAnyMs) learn(end_ms - begin_ms);
  std::erase_if(declared_, [&](const Declared& declared) { return declared.end_ms <= end_ms; });
  if (spans_.size() <= kMostSpans) return;
  const auto surplus = static_cast<std::ptrdiff_t>(spans_.size() - kMostSpans / 2);
  spans_.erase(spans_.begin(), spans_.begin() + surplus);
  dropped_ += surplus;
}

void SpanBuilder::write_undeclared(std::int64_t begin_ms, std::int64_t end_ms, std::int64_t bearable_ms) {
  std::string reason;
  if (end_ms - begin_ms > bearable_ms) {
    reason = failing_ ? "offline" : "lost";
  } else if (dropping_) {
    reason = "overload";
  }
  append(spans_, {.begin_ms = begin_ms, .end_ms = end_ms, .reason = std::move(reason)});
}

/// How far two frames may be apart with nothing missing between them.
std::int64_t SpanBuilder::bearable_ms() const {
  const auto interval = interval_ms();
  if (failing_) return static_cast<std::int64_t>(kIntervalsAfterFailure * static_cast<double>(interval));
  return std::max(kLostFromMs, kIntervals * interval);
}

void SpanBuilder::learn(std::int64_t interval_ms) { intervals_[learnt_++ % intervals_.size()] = interval_ms; }

std::int64_t SpanBuilder::interval_ms() const {
  const auto known = std::min(learnt_, intervals_.size());
  if (known < kEnough) return period_ms_;
  auto sorted = intervals_;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(known / 2);
  std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(known));
  return std::max(period_ms_, *middle);
}

}  // namespace kinesight::infer

#include "infer/coverage/span.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace kinesight::infer {
namespace {

bool goes_on(const Span& before, const Span& after) {
  return before.end_ms == after.begin_ms && before.reason == after.reason &&
         before.backfilled == after.backfilled && before.tries == after.tries;
}

/// `spans` with `change` made to each span, or part of one, that lies in [begin_ms, end_ms).
template <class Change>
Spans changed(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms, Change change) {
  Spans result;
  for (const auto& span : spans) {
    const auto from = std::clamp(begin_ms, span.begin_ms, span.end_ms);
    const auto to = std::clamp(end_ms, from, span.end_ms);
    Span before = span, inside = span, after = span;
    before.end_ms = inside.begin_ms = from;
    inside.end_ms = after.begin_ms = to;
    change(inside);
    append(result, std::move(before));
    append(result, std::move(inside));
    append(result, std::move(after));
  }
  return result;
}

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

}  // namespace

void append(Spans& spans, Span span) {
  if (span.end_ms <= span.begin_ms) return;
  if (!spans.empty() && goes_on(spans.back(), span)) {
    spans.back().end_ms = span.end_ms;
  } else {
    spans.push_back(std::move(span));
  }
}

Spans clip(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms) {
  Spans result;
  for (Span span : spans) {
    span.begin_ms = std::max(span.begin_ms, begin_ms);
    span.end_ms = std::min(span.end_ms, end_ms);
    append(result, std::move(span));
  }
  return result;
}

Spans with_watched(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms) {
  if (end_ms <= begin_ms) return spans;
  Spans result = clip(spans, -kForever, begin_ms);
  append(result, {.begin_ms = begin_ms, .end_ms = end_ms});
  for (auto& span : clip(spans, end_ms, kForever)) append(result, std::move(span));
  return result;
}

Spans with_missed(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms, std::string_view reason) {
  Spans result;
  std::int64_t known_to = begin_ms;  // Up to here nothing is left to fill.
  const auto fill_to = [&](std::int64_t to) {
    to = std::min(to, end_ms);
    append(result, {.begin_ms = known_to, .end_ms = to, .reason = std::string(reason)});
    known_to = std::max(known_to, to);
  };
  for (const auto& span : spans) {
    fill_to(span.begin_ms);
    append(result, span);
    known_to = std::max(known_to, span.end_ms);
  }
  fill_to(end_ms);
  return result;
}

Spans with_backfilled(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms) {
  return changed(spans, begin_ms, end_ms, [](Span& span) { span.backfilled = !span.reason.empty(); });
}

Spans with_try(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms) {
  return changed(spans, begin_ms, end_ms, [](Span& span) { span.tries += span.watched() ? 0 : 1; });
}

std::int64_t CoverageTotals::known_ms() const {
  std::int64_t known = live_ms + backfilled_ms;
  for (const auto& [reason, length] : missed_ms) known += length;
  return known;
}

double CoverageTotals::share() const {
  const auto known = known_ms();
  return known == 0 ? 0 : static_cast<double>(live_ms + backfilled_ms) / static_cast<double>(known);
}

CoverageTotals totals_of(const Spans& spans) {
  CoverageTotals totals;
  for (const auto& span : spans) {
    auto& total = span.reason.empty() ? totals.live_ms
                  : span.backfilled   ? totals.backfilled_ms
                                      : totals.missed_ms[span.reason];
    total += span.length_ms();
  }
  return totals;
}

std::int64_t to_ms(double seconds) { return std::llround(seconds * 1000); }

}  // namespace kinesight::infer

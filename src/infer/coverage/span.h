// What is known of a camera's time: spans that were watched and spans that were not. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::infer {

/// [begin_ms, end_ms) of a camera's capture time, in Unix milliseconds.
struct Span {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  std::string reason{};     ///< Why it was not watched as it happened (video::Gap's words); empty: it was.
  bool backfilled = false;  ///< It was not watched as it happened, and was later.
  int tries = 0;            ///< How often watching it later was tried.

  /// Whether it has been watched by now.
  bool watched() const { return reason.empty() || backfilled; }
  std::int64_t length_ms() const { return end_ms - begin_ms; }
  bool operator==(const Span&) const = default;
};

/// In order of time, none empty, no two overlapping.
using Spans = std::vector<Span>;

/// Puts `span` after all others, as part of the last one where it goes on the same way. An empty one is left
/// out.
void append(Spans& spans, Span span);
/// What of `spans` lies in [begin_ms, end_ms).
Spans clip(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms);
/// With [begin_ms, end_ms) watched as it happened, whatever was known of it.
Spans with_watched(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms);
/// With what is not known of [begin_ms, end_ms) as not watched for `reason`.
Spans with_missed(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms, std::string_view reason);
/// With what was missed in [begin_ms, end_ms) as watched later.
Spans with_backfilled(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms);
/// With one try more on what is missed in [begin_ms, end_ms).
Spans with_try(const Spans& spans, std::int64_t begin_ms, std::int64_t end_ms);

/// The lengths of spans, added up.
struct CoverageTotals {
  std::int64_t live_ms = 0;                         ///< Watched as it happened.
  std::int64_t backfilled_ms = 0;                   ///< Watched later.
  std::map<std::string, std::int64_t> missed_ms{};  ///< By reason.

  std::int64_t known_ms() const;
  /// Of what is known, how much has been watched: 0 to 1; nothing known is 0.
  double share() const;
  bool operator==(const CoverageTotals&) const = default;
};

/// The totals of `spans`.
CoverageTotals totals_of(const Spans& spans);

/// Capture time (Unix seconds) in whole milliseconds.
std::int64_t to_ms(double seconds);

}  // namespace kinesight::infer

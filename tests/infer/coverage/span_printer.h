// Spans as a failing test shows them.
#pragma once

#include <ostream>

#include "infer/coverage/span.h"

namespace kinesight::infer {

/// "[0, 10) lost backfilled, 2 tries".
inline void PrintTo(const Span& span, std::ostream* out) {
  *out << "[" << span.begin_ms << ", " << span.end_ms << ") "
       << (span.reason.empty() ? "watched" : span.reason);
  if (span.backfilled) *out << " backfilled";
  if (span.tries > 0) *out << ", " << span.tries << " tries";
}

}  // namespace kinesight::infer

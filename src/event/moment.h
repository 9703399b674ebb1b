// Points in time as people write and read them. Pure: the time that it is comes as an argument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::event {

/// Reads a point in time, in Unix milliseconds:
/// - how long ago it was: "90s", "10m", "1h", "2d", "1w" (fractions allowed), counted back from `now_ms`;
/// - ISO 8601: "2026-01-31", "2026-01-31T12:00", "2026-01-31T12:00:00.250Z", "…+01:00"; UTC where no zone is
/// given;
/// - "now";
/// - Unix milliseconds: a number of digits alone.
/// Error: invalid, naming the forms.
Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms);

/// Reads the ISO 8601 forms alone, in Unix milliseconds; digits after the third of a second are cut off.
/// Error: invalid, naming the form.
Result<std::int64_t> parse_iso_time(std::string_view text);

/// "2026-01-31T12:00:00.250Z".
std::string format_moment(std::int64_t ms);

}  // namespace kinesight::event

// When something counts, by the days of the week and the hours of a day: "Mon-Fri 22:00-06:00".
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::config {

/// One line of a schedule, in the hours of some wall clock.
struct WeekSpan {
  std::array<bool, 7> days{};  ///< From Monday. Hours over midnight belong to the day they begin on.
  int from_minute = 0;         ///< Since midnight, included.
  int to_minute = 24 * 60;     ///< Excluded; not after from_minute: of the next day.

  /// Whether it holds on `weekday` (0: Monday) at `second` of that day.
  bool covers(int weekday, int second) const;
  bool operator==(const WeekSpan&) const = default;
};

/// Reads days, hours or both: "Mon-Fri 22:00-06:00", "Sat,Sun", "08:00-18:00", "daily 00:00-24:00". Days
/// alone are whole days, hours alone count daily; letter case does not count. Or what was expected instead.
std::expected<WeekSpan, std::string> parse_week_span(std::string_view text);

/// What is wrong with the first line that is no week span; nothing when all are.
std::optional<std::string> schedule_fault(const std::vector<std::string>& lines);

}  // namespace kinesight::config

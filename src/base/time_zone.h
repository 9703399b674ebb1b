// Time zones by their IANA names, from the machine's database (package tzdata).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace kinesight {

/// What a clock on a wall shows.
struct WallTime {
  int weekday = 0;  ///< From 0, Monday, to 6, Sunday.
  int second = 0;   ///< Since midnight by the clock's hands: 0 to 86,399, also on a day of 23 or 25 hours.
  bool operator==(const WallTime&) const = default;
};

/// One time zone, with its past and coming changes between standard and summer time up to the year 2037, with
/// which the database ends. Cheap to copy; may be used by several threads.
class TimeZone {
 public:
  /// "Europe/Berlin"; "UTC" is there without any database. Errors: not_found (no such zone), unavailable (the
  /// machine has no database).
  static Result<TimeZone> find(const std::string& name);

  /// What clocks show there at `time` (Unix seconds).
  WallTime at(double time) const;

 private:
  /// `zone` is the database's; null stands for UTC.
  explicit TimeZone(const void* zone) : zone_(zone) {}

  const void* zone_;
};

/// "UTC", and the names of all zones in the machine's database.
std::vector<std::string> time_zone_names();

}  // namespace kinesight

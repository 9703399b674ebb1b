#include "base/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <stdexcept>

namespace kinesight {
namespace {

constexpr std::string_view kUtc = "UTC";

}  // namespace

Result<TimeZone> TimeZone::find(const std::string& name) {
  if (name == kUtc) return TimeZone(nullptr);
  const date::time_zone* zone = nullptr;
  try {
    const auto& zones = date::get_tzdb().zones;
    if (zones.empty()) throw std::runtime_error("no zones");
    const auto found = std::ranges::find(zones, name, &date::time_zone::name);
    if (found != zones.end()) zone = &*found;
    if (zone) zone->get_info(date::sys_seconds{});  // Reads the zone's file, which may be damaged.
  } catch (const std::exception& problem) {
    return fail(ErrorKind::unavailable,
                "time zone '{}' cannot be read from this machine's database: {}; install the package tzdata",
                name, problem.what());
  }
  if (!zone) return fail(ErrorKind::not_found, "there is no time zone '{}'", name);
  return TimeZone(zone);
}

WallTime TimeZone::at(double time) const {
  using std::chrono::seconds;
  const date::sys_seconds moment{seconds(static_cast<std::int64_t>(std::floor(time)))};
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const seconds wall = zone ? zone->to_local(moment).time_since_epoch() : moment.time_since_epoch();
  const auto day = date::floor<date::days>(wall);
  constexpr int kThursday = 3;  // The first of January 1970.
  const int weekday = static_cast<int>(((day.count() + kThursday) % 7 + 7) % 7);
  return {weekday, static_cast<int>((wall - day).count())};
}

std::vector<std::string> time_zone_names() {
  std::vector<std::string> names = {std::string(kUtc)};
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (const std::exception&) {  // No database: UTC alone.
  }
  return names;
}

}  // namespace kinesight

#include "stream/simulator/weather.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kinesight::stream {
namespace {

constexpr double kDayUs = 86'400e6;

/// 0 to 24.
double solar_hour(const City& city, std::int64_t at_us) {
  const double degrees_an_hour = 15;
  const double hours =
      std::fmod(static_cast<double>(at_us), kDayUs) / kDayUs * 24 + city.longitude / degrees_an_hour;
  return hours - 24 * std::floor(hours / 24);
}

/// 1 at `peak`, falling off over `width` hours, around the clock.
double bump(double hour, double peak, double width) {
  const double apart = std::fabs(hour - peak);
  const double distance = std::min(apart, 24 - apart) / width;
  return std::exp(-distance * distance);
}

}  // namespace

double traffic_factor(const City& city, std::int64_t at_us) {
  const double hour = solar_hour(city, at_us);
  return 1 + 0.4 * bump(hour, 8, 2) + 0.5 * bump(hour, 20, 3) - 0.2 * bump(hour, 14.5, 3);
}

double usual_temperature(const City& city, std::int64_t at_us) {
  constexpr double turn = 2 * std::numbers::pi;
  constexpr double days_a_year = 365.2425, warmest_day = 207;
  const double away = std::fabs(city.latitude);
  const double mean = 27 - 0.45 * std::max(0.0, away - 12);
  const double day = std::fmod(static_cast<double>(at_us) / kDayUs, days_a_year);  // 1970 began on day 0.
  const double season = std::cos((day - warmest_day) / days_a_year * turn) * (city.latitude < 0 ? -1 : 1);
  const double hour = std::cos((solar_hour(city, at_us) - 15) / 24 * turn);
  return mean + 0.22 * away * season + 4.5 * hour;
}

}  // namespace kinesight::stream

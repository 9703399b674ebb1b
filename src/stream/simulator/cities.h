// The cities whose air is simulated.
#pragma once

#include <span>
#include <string_view>

namespace kinesight::stream {

/// Where a city lies, and about how its air is.
struct City {
  std::string_view id;
  std::string_view name;
  double latitude = 0;   ///< Degrees, north is positive.
  double longitude = 0;  ///< Degrees, east is positive.
  double pm25 = 10;      ///< About which its fine particles are, in µg/m³; roughly, no measurement.
};

/// All of them; a simulation takes the first few.
std::span<const City> cities();

}  // namespace kinesight::stream

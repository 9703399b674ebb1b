#include "stream/simulator/aqi.h"

#include <array>
#include <cmath>

namespace kinesight::stream {
namespace {

struct Band {
  double low, high;  ///< Of the concentration, in µg/m³.
  int index_low, index_high;
  std::string_view category;
};

constexpr std::array<Band, 6> kBands = {{{0.0, 9.0, 0, 50, "Good"},
                                         {9.1, 35.4, 51, 100, "Moderate"},
                                         {35.5, 55.4, 101, 150, "Unhealthy for Sensitive Groups"},
                                         {55.5, 125.4, 151, 200, "Unhealthy"},
                                         {125.5, 225.4, 201, 300, "Very Unhealthy"},
                                         {225.5, 325.4, 301, 500, "Hazardous"}}};

}  // namespace

Aqi aqi_of_pm25(double pm25) {
  constexpr double hair = 1e-6;  // 9.1 is a little less in binary; its tenths are 91 all the same.
  const double tenths = std::floor(pm25 * 10 + hair) / 10;
  for (const Band& band : kBands) {
    if (tenths > band.high + hair) continue;
    const double slope = (band.index_high - band.index_low) / (band.high - band.low);
    return {static_cast<int>(std::lround(slope * (tenths - band.low) + band.index_low)), band.category};
  }
  return {kBands.back().index_high, kBands.back().category};
}

}  // namespace kinesight::stream

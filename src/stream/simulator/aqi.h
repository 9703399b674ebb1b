// The Air Quality Index of the US EPA for fine particles.
#pragma once

#include <string_view>

namespace kinesight::stream {

/// What the index says of the air.
struct Aqi {
  int value = 0;  ///< 0 to 500.
  std::string_view category;
};

/// The index for `pm25` in µg/m³, at least 0; 500 for whatever is beyond its table. EPA-454/B-24-002 (May
/// 2024), "Technical Assistance Document for the Reporting of Daily Air Quality": table 6 and equation 1; the
/// concentration is cut off to tenths, the index rounded. (EPA takes a mean of 24 hours; here a single
/// measurement stands for it.)
Aqi aqi_of_pm25(double pm25);

}  // namespace kinesight::stream

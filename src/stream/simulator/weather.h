// How the air of a city is at some time of the day and the year.
#pragma once

#include <cstdint>

#include "stream/simulator/cities.h"

namespace kinesight::stream {

/// How many times its usual fine particles a city has: more in the morning and in the evening of its solar
/// time, less in the afternoon, when the air mixes. About 0.8 to 1.5.
double traffic_factor(const City& city, std::int64_t at_us);

/// Degrees Celsius that fit its latitude, the season and the hour: warmest at 15:00 solar time, and late in
/// July north of the equator.
double usual_temperature(const City& city, std::int64_t at_us);

}  // namespace kinesight::stream

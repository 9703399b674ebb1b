// Videos that benches watch: 1080p30 H.264 with a keyframe every 2 s and the noise of a sensor.
#pragma once

#include <string>

namespace kinesight::bench {

/// Writes to `path` the rendered car park, standing still but for the noise, in which its cars and people
/// move for 10 % of `seconds`, in one stretch from the middle on. Exits with a message when that is not
/// possible.
void write_mostly_still(const std::string& path, int seconds);

/// Writes to `path` another rendered scene with a knife or a gun in every second, each standing still: a
/// weapon detector confirms something new every second. Exits with a message when that is not possible.
void write_slides(const std::string& path, int seconds);

}  // namespace kinesight::bench

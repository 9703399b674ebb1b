// Whether corners make a polygon whose inside is beyond doubt.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/value.h"

namespace kinesight::config {

/// What is wrong with a polygon of these corners; nothing when it has 3 to 1,000 that differ, each in the
/// picture, encloses an area, and has sides that neither cross nor touch.
std::optional<std::string> polygon_fault(const std::vector<RelativePoint>& corners);

}  // namespace kinesight::config

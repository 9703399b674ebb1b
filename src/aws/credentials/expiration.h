// When temporary credentials end.
#pragma once

#include <string_view>

#include "base/result.h"

namespace kinesight::aws {

/// Unix seconds of a time such as 2026-01-31T12:00:00Z (ISO 8601). Error: invalid.
Result<double> parse_expiration(std::string_view text);

}  // namespace kinesight::aws

// The `params` of a component on a command line: key=value, read by the component's own table.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/table.h"

namespace kinesight::cli {

/// Reads words such as "conf_threshold=0.4" and "target_classes=knife,gun" into the options of `table`, those
/// that are not named at their defaults. Error: invalid, with all that is wrong, the nearest key beside an
/// unknown one.
Result<config::Parsed> read_params(const std::vector<std::string>& words, const config::Table& table);

}  // namespace kinesight::cli

// A camera's time as one line of characters.
#pragma once

#include <string>

#include "infer/coverage/view.h"

namespace kinesight::cli {

/// How many characters a bar has.
inline constexpr int kBarCells = 60;

/// The report's range from left to right. A cell's height is how much of what is known of it was watched,
/// rounded down: a full block is all of it, "_" nothing; a blank is not known.
std::string coverage_bar(const infer::CoverageReport& report);

}  // namespace kinesight::cli

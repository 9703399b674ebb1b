// Reads `regions: […]` of a camera or of one of its detectors.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/region_options.h"
#include "config/section.h"

namespace kinesight::config {

/// The names of regions that a detector has already, and the lines they stand on.
using RegionNames = std::map<std::string, int>;

/// The regions of `parent`, whose names join `names`. Problems go to `report`.
std::vector<RegionOptions> read_regions(Section& parent, RegionNames& names, Demand demand, Report& report,
                                        const Environment& environment);

}  // namespace kinesight::config

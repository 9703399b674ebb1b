// A region of a camera's picture, as a configuration says it.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"

namespace kinesight::config {

/// What a region does to the boxes in it.
enum class RegionMode {
  include,  ///< Only boxes in it (or in another such region) count.
  exclude,  ///< Boxes in it do not count.
};

/// Which point of a box decides whether it is in a region.
enum class RegionAnchor { bottom_center, center, top_center };

/// One entry of `regions`, of a camera (for all its detectors) or of a detector.
struct RegionOptions {
  std::string name;
  RegionMode mode = RegionMode::include;
  std::vector<RelativePoint> polygon;  ///< Three corners or more.
  RegionAnchor anchor = RegionAnchor::bottom_center;
  double min_width = 0, min_height = 0;  ///< Of a box, as shares of the frame's.
  double max_width = 1, max_height = 1;
  std::vector<std::string> schedule;  ///< "Mon-Fri 22:00-06:00"; empty: always.
  static const Table& table();
};

}  // namespace kinesight::config

#include "config/region_options.h"

#include "config/polygon.h"
#include "config/schedule.h"

namespace kinesight::config {
namespace {

std::optional<std::string> narrower_than_least(const RegionOptions& region) {
  if (region.max_width >= region.min_width) return std::nullopt;
  return "at least min_width";
}

std::optional<std::string> lower_than_least(const RegionOptions& region) {
  if (region.max_height >= region.min_height) return std::nullopt;
  return "at least min_height";
}

/// The rows about the size of boxes, at the end of the table.
Describe<RegionOptions>& with_sizes(Describe<RegionOptions>& table) {
  return table
      .option("min_width", &RegionOptions::min_width,
              "Narrower boxes do not count in it (include), or are let pass by it (exclude): share of the "
              "frame's width.")
      .range(0, 1)
      .option("min_height", &RegionOptions::min_height,
              "The same for lower boxes: share of the frame's height.")
      .range(0, 1)
      .option("max_width", &RegionOptions::max_width, "The same for wider boxes: share of the frame's width.")
      .range(0, 1)
      .rule(narrower_than_least)
      .option("max_height", &RegionOptions::max_height,
              "The same for higher boxes: share of the frame's height.")
      .range(0, 1)
      .rule(lower_than_least);
}

}  // namespace

const Table& RegionOptions::table() {
  static const Table table = [] {
    auto rows = describe<RegionOptions>("region", "A part of the picture in which boxes count, or do not.");
    rows.option("name", &RegionOptions::name,
                "What logs and explanations call it; each region that a detector has is named differently.")
        .required()
        .not_empty()
        .choice(
            "mode", &RegionOptions::mode,
            {{"include", RegionMode::include}, {"exclude", RegionMode::exclude}},
            "include: where a detector has such regions, only boxes in one of them count. exclude: boxes in "
            "it do not count, whatever other regions say.")
        .option("polygon", &RegionOptions::polygon,
                "Its corners in order, as shares of the picture's width and height from the upper left: "
                "[[0, 0.5], [1, 0.5], [1, 1], [0, 1]] is the lower half. Sides do not cross.")
        .required()
        .sound<std::vector<RelativePoint>>("3 to 1000, each from 0 to 1", polygon_fault)
        .choice("anchor", &RegionOptions::anchor,
                {{"bottom_center", RegionAnchor::bottom_center},
                 {"center", RegionAnchor::center},
                 {"top_center", RegionAnchor::top_center}},
                "The point of a box that must be in it: bottom_center is where things stand on the ground.")
        .option("schedule", &RegionOptions::schedule,
                "When it is in force, in the camera's time_zone: days, hours or both, such as 'Mon-Fri "
                "22:00-06:00', 'Sat,Sun' or 'daily 08:00-18:00'. Hours over midnight belong to the day they "
                "begin on. Empty: always.")
        .sound<std::vector<std::string>>("of days and hours", schedule_fault);
    return Table(with_sizes(rows));
  }();
  return table;
}

}  // namespace kinesight::config

// Regions: where in a camera's picture a detector's boxes count, and when.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "config/region_options.h"
#include "vision/detector.h"
#include "vision/rules/verdict.h"

namespace kinesight::vision {

/// A polygon of a camera's picture with its schedule, ready to be asked. Cheap to copy; may be asked by
/// several threads. Boxes are in pixels of a frame of frame_width x frame_height, times in Unix seconds.
class Region {
 public:
  /// `options` as configuration has checked them. `time_zone` is an IANA name ("Europe/Berlin") that the
  /// schedule is meant in. Error: invalid (no such time zone, a schedule that is none, no polygon).
  static Result<Region> make(const config::RegionOptions& options, const std::string& time_zone);

  const std::string& name() const;
  bool excludes() const;
  /// Whether the anchor of `box` lies in the polygon; its edge counts as inside.
  bool contains(const Box& box, int frame_width, int frame_height) const;
  /// Whether the schedule has it in force at `time`.
  bool active(double time) const;
  /// Why a box of this size is none of its business; nothing when it is.
  std::optional<Fault> size_fault(const Box& box, int frame_width, int frame_height) const;

  /// The fault of a box in it at a time at which it is not in force.
  Fault off_schedule(double time) const;
  /// The fault of a box that it does not contain.
  Fault outside(const Box& box, int frame_width, int frame_height) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// What the regions of a detector say of a box: nothing when it counts, otherwise why not. An exclude region
/// that is in force, contains it and takes its size beats all; where there are include regions, in force or
/// not, one that is in force must contain it and take its size.
std::optional<Fault> region_fault(std::span<const Region> regions, const Box& box, int frame_width,
                                  int frame_height, double time);

}  // namespace kinesight::vision

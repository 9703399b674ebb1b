// What every entry of a camera's `detectors` has, whatever its type.
#pragma once

#include "config/table.h"

namespace kinesight::config {

/// How much a detector matters when there is more to do than the machine can.
enum class DetectorPriority {
  low,  ///< Rests while OverloadStep::low_priority_off is taken.
  normal,
  high,
};

/// What stands beside `type` and `params`.
struct DetectorOptions {
  DetectorPriority priority = DetectorPriority::normal;
  static const Table& table();
};

}  // namespace kinesight::config

// A row of the registry of detector types.
#pragma once

#include <memory>

#include "base/result.h"
#include "config/table.h"
#include "vision/detector.h"
#include "vision/rules/judge.h"

namespace kinesight::vision {

class Engine;

/// A detector type: its options (the table's name is the type), and how to make a detector of them.
/// Making one loads its model into `engine`, or shares the one that is there. Errors: not_found, invalid,
/// corrupt.
struct DetectorKind {
  const config::Table& options;
  Result<std::unique_ptr<Detector>> (*make)(const config::Parsed& options, Engine& engine);
  /// What a judge of its detections goes by, but for the regions. Error: invalid.
  Result<JudgeOptions> (*rules)(const config::Parsed& options);
};

/// type: object
DetectorKind object_detector_kind();
/// type: weapon
DetectorKind weapon_detector_kind();
/// type: fire_smoke
DetectorKind fire_smoke_detector_kind();
/// type: alpr
DetectorKind alpr_detector_kind();

}  // namespace kinesight::vision

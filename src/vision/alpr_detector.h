// type: alpr: licence plates, found and read.
#pragma once

#include <memory>

#include "base/result.h"
#include "vision/detector.h"
#include "vision/options_alpr.h"

namespace kinesight::vision {

class Engine;

/// A detector of licence plates: Detection::label is the text, Detection::plate the whole reading. Loads its
/// models into `engine`, which outlives it. Errors: not_found (a model is not where it should be), invalid
/// (no model of plates), corrupt.
Result<std::unique_ptr<Detector>> make_alpr_detector(const AlprOptions& options, Engine& engine);

}  // namespace kinesight::vision

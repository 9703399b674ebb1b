// overload: {…} of a camera: what it gives up, step by step, when the machine cannot keep up.
#pragma once

#include <string_view>
#include <vector>

#include "config/table.h"

namespace kinesight::config {

/// What a camera can give up.
enum class OverloadStep {
  fewer_frames,      ///< Half of fps_target.
  keyframes,         ///< Only keyframes are decoded, where they come often enough.
  low_priority_off,  ///< Detectors of priority low stand still.
};

/// "fewer_frames": as files, metrics and pages name it.
std::string_view to_string(OverloadStep step);

/// When steps are taken, and which.
struct OverloadOptions {
  bool enabled = true;
  /// In the order in which they are taken; each stays while further ones come. None twice, at least one.
  std::vector<OverloadStep> ladder = {OverloadStep::fewer_frames, OverloadStep::keyframes,
                                      OverloadStep::low_priority_off};
  double patience_seconds = 5;   ///< Of overload before the next step is taken.
  double recovery_seconds = 30;  ///< Without overload before the last step is taken back.
  static const Table& table();
};

}  // namespace kinesight::config

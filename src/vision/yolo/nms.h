// Non-maximum suppression: of the boxes that mean the same object, the most confident stays.
#pragma once

#include <cstddef>
#include <vector>

#include "vision/yolo/candidate.h"

namespace kinesight::vision::yolo {

/// Bounds on the work that one frame can make; a picture of real things stays far below them.
struct NmsLimits {
  std::size_t candidates = 30000;  ///< Boxes that are looked at: the most confident ones.
  std::size_t kept = 300;          ///< Boxes that stay.
};

/// Goes through the boxes from the most confident on (of equals, the one that came first) and drops each that
/// overlaps one of its own class that stays by more than `iou_threshold`. Returns those that stay, in that
/// order.
std::vector<Candidate> suppress_overlaps(std::vector<Candidate> candidates, float iou_threshold,
                                         NmsLimits limits = {});

}  // namespace kinesight::vision::yolo

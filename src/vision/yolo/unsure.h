// Boxes that are not sure: too weak to count, strong enough to carry a track on.
#pragma once

#include <algorithm>

namespace kinesight::vision::yolo {

/// The confidence from which on boxes are reported, where those from `threshold` on count. ByteTrack's ratio
/// of its two thresholds (0.1 to 0.6; arXiv:2110.06864, 4.1), and no less than its lower one.
constexpr float unsure_from(float threshold) { return std::min(threshold, std::max(0.1F, threshold / 3)); }

}  // namespace kinesight::vision::yolo

// The picture of a frame as it goes into a sink: resized, drawn on, encoded. On disk and in S3 alike.
#pragma once

#include <cstdint>
#include <vector>

#include "base/frame.h"
#include "base/result.h"
#include "vision/detector.h"

namespace kinesight::publish {

/// How snapshots look.
struct SnapshotStyle {
  int jpeg_quality = 90;
  int max_width = 0;       ///< Wider pictures are made narrower, in proportion; 0 for no limit.
  bool draw_boxes = true;  ///< Boxes with label and score.
};

/// `frame` as a JPEG. Error: invalid (a frame without pixels).
Result<std::vector<std::uint8_t>> encode_snapshot(const Frame& frame,
                                                  const std::vector<vision::Detection>& detections,
                                                  const SnapshotStyle& style);

}  // namespace kinesight::publish

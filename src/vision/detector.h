// Detector: pictures in, detections out. One interface for every detector type.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/frame.h"
#include "base/result.h"

namespace kinesight::vision {

/// A box in pixels of the source frame: left, top, width, height. Fractions are kept.
struct Box {
  float x = 0, y = 0, w = 0, h = 0;
};

/// Intersection over union of two boxes, 0 to 1; 0 when either is empty.
float iou(const Box& a, const Box& b);

/// One object that a detector found in one frame.
struct Detection {
  std::string type;   ///< The event's type, e.g. "object", "weapon".
  std::string label;  ///< The class name, e.g. "person", "knife".
  float conf = 0;     ///< Confidence, 0 to 1.
  Box box;
};

/// Finds objects in frames of one camera. Used by one thread at a time.
class Detector {
 public:
  virtual ~Detector() = default;

  /// The objects in `frame`, the most confident first.
  /// Errors: unavailable (the engine is busy: the frame is to be dropped), corrupt (the model failed),
  /// cancelled.
  virtual Result<std::vector<Detection>> detect(const Frame& frame, std::stop_token stop) = 0;
};

}  // namespace kinesight::vision

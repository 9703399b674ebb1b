// Detector: pictures in, detections out. One interface for every detector type.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/frame.h"
#include "base/result.h"
#include "vision/turn.h"

namespace kinesight::vision {

namespace plate {
struct Reading;
}

/// A box in pixels of the source frame: left, top, width, height. Fractions are kept.
struct Box {
  float x = 0, y = 0, w = 0, h = 0;
};

/// Intersection over union of two boxes, 0 to 1; 0 when either is empty.
float iou(const Box& a, const Box& b);

/// What two boxes share, as a share of the smaller one, 0 to 1; 0 when either is empty.
float overlap_of_smaller(const Box& a, const Box& b);

/// One object that a detector found in one frame.
struct Detection {
  std::string type;   ///< The event's type: "object", "weapon", "fire", "smoke", "alpr".
  std::string label;  ///< The class name, e.g. "person", "knife"; of a plate: its text.
  float conf = 0;     ///< Confidence, 0 to 1.
  Box box;
  float threshold = 0;  ///< The confidence from which on it counts. One below it can only carry a track on.
  std::shared_ptr<const plate::Reading> plate{};  ///< What was read, of type alpr; otherwise null.

  /// Whether it is confident enough to count by itself.
  bool sure() const { return conf >= threshold; }
};

/// Finds objects in single frames of one camera. Keeps nothing from frame to frame that changes what it
/// finds; what is to be made of it over time is the judge's (rules/judge.h). Used by one thread at a time.
class Detector {
 public:
  virtual ~Detector() = default;

  /// The objects in `frame`, the most confident first, those that are not sure included.
  /// Errors: unavailable (the engine is busy: the frame is to be dropped), corrupt (the model failed),
  /// cancelled.
  virtual Result<std::vector<Detection>> detect(const Frame& frame, const Turn& turn) = 0;
};

}  // namespace kinesight::vision

// From the detections of a frame to its events: one event is one (camera, type, label, second).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/frame.h"
#include "event/envelope.h"
#include "vision/detector.h"

namespace kinesight::infer {

/// Makes the events of one camera. Frames come in order of capture; used by one thread.
class EventMaker {
 public:
  explicit EventMaker(std::string camera_id) : camera_id_(std::move(camera_id)) {}

  /// The events of `frame`: for each type and label the most confident object gives conf and bbox, further
  /// ones are in extras.objects. A type and label that already raised its event in this second raises none.
  std::vector<event::Envelope> make(const Frame& frame, const std::vector<vision::Detection>& detections);

  /// Types and labels of the last make() that raised no event because they had in that second.
  int suppressed() const { return suppressed_; }

 private:
  using TypeAndLabel = std::pair<std::string, std::string>;

  /// Whether this is the first sight of `what` in the second of `ts_ms`.
  bool first_this_second(const TypeAndLabel& what, std::int64_t ts_ms);

  const std::string camera_id_;
  std::int64_t second_ = 0;
  std::set<TypeAndLabel> raised_;  ///< In second_. Bounded: it starts anew with each second.
  int suppressed_ = 0;
};

}  // namespace kinesight::infer

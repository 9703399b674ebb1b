#include "infer/event_maker.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <ranges>

namespace kinesight::infer {
namespace {

std::array<int, 4> pixels(const vision::Box& box) {
  const auto round = [](float value) { return static_cast<int>(std::lround(value)); };
  return {round(box.x), round(box.y), round(box.w), round(box.h)};
}

/// The event of the objects of one type and label in one frame.
event::Envelope make_event(const std::string& camera_id, std::int64_t ts_ms,
                           std::vector<const vision::Detection*> objects) {
  std::ranges::stable_sort(objects, std::greater{}, &vision::Detection::conf);
  const vision::Detection& best = *objects.front();
  event::Payload payload{
      .ts_ms = ts_ms, .type = best.type, .label = best.label, .conf = best.conf, .bbox = pixels(best.box)};
  for (const auto* object : objects | std::views::drop(1)) {
    payload.extras["objects"].push_back(
        {{"conf", event::printable(object->conf)}, {"bbox", pixels(object->box)}});
  }
  return event::make_envelope(camera_id, std::move(payload));
}

}  // namespace

std::vector<event::Envelope> EventMaker::make(const Frame& frame,
                                              const std::vector<vision::Detection>& detections) {
  suppressed_ = 0;
  std::map<TypeAndLabel, std::vector<const vision::Detection*>> groups;
  for (const auto& detection : detections) groups[{detection.type, detection.label}].push_back(&detection);

  std::vector<event::Envelope> events;
  for (auto& [what, objects] : groups) {
    if (first_this_second(what, frame.ts_ms())) {
      events.push_back(make_event(camera_id_, frame.ts_ms(), std::move(objects)));
    } else {
      ++suppressed_;
    }
  }
  return events;
}

bool EventMaker::first_this_second(const TypeAndLabel& what, std::int64_t ts_ms) {
  const std::int64_t second = event::ts_bucket(ts_ms);
  if (second != second_) {
    second_ = second;
    raised_.clear();
  }
  return raised_.insert(what).second;
}

}  // namespace kinesight::infer

#include "infer/frame_reporter.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "telemetry/happenings.h"

namespace kinesight::infer {
namespace {

bool any_saves_snapshots(const std::vector<publish::Publisher*>& publishers) {
  return std::ranges::any_of(publishers, [](const auto* publisher) { return publisher->saves_snapshots(); });
}

}  // namespace

FrameReporter::FrameReporter(EventRoute route, telemetry::Telemetry telemetry)
    : route_(std::move(route)),
      telemetry_(telemetry),
      snapshots_(any_saves_snapshots(route_.publishers)),
      events_(route_.camera_id) {}

std::uint64_t FrameReporter::report(const AnnotatedFrame& seen, double latency_ms, const Extras& extras,
                                    std::stop_token stop) {
  auto publication = std::make_shared<publish::Publication>();
  publication->events = events_.make(seen.frame, seen.detections);
  for (int i = 0; i < events_.suppressed(); ++i) {
    telemetry_.emit(telemetry::EventSuppressed{route_.camera_id, "same_second"});
  }
  if (publication->events.empty()) return 0;
  publication->frame = seen.frame;
  publication->detections = seen.detections;
  const auto more = extras ? extras() : nlohmann::json();
  for (auto& event : publication->events) {
    if (more.is_object()) event.payload.extras.update(more);
  }
  if (snapshots_) {
    publication->snapshot_key =
        event::snapshot_key(route_.snapshot_prefix, route_.camera_id, seen.frame.ts_ms());
    for (auto& event : publication->events) event.payload.extras["snapshot"] = publication->snapshot_key;
  }

  telemetry::EventsRaised raised{.camera_id = route_.camera_id, .by_type = {}, .latency_ms = latency_ms};
  for (const auto& event : publication->events) ++raised.by_type[event.payload.type];
  telemetry_.emit(raised);
  const auto count = publication->events.size();
  for (auto* publisher : route_.publishers) {
    if (auto taken = publisher->publish(publication, stop); !taken) {
      telemetry_.emit(telemetry::PublishFailed{std::string(publisher->sink()), route_.camera_id,
                                               static_cast<std::int64_t>(count), taken.error()});
    }
  }
  return count;
}

}  // namespace kinesight::infer

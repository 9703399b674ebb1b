#include "infer/frame_reporter.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "telemetry/happenings.h"

namespace kinesight::infer {
namespace {

std::string snapshot_key(const EventRoute& route, std::int64_t ts_ms) {
  return event::snapshot_key(route.snapshot_prefix, route.camera_id, ts_ms);
}

/// Of the pictures of a route; nothing where no publisher keeps any.
EventMaker::SnapshotKey snapshot_keys(const EventRoute& route) {
  const auto keeps = [](const auto* publisher) { return publisher->saves_snapshots(); };
  if (std::ranges::none_of(route.publishers, keeps)) return {};
  return [route](std::int64_t ts_ms) { return snapshot_key(route, ts_ms); };
}

/// Whether an event of the frame shows in the picture of that key.
bool any_names(const std::vector<event::Envelope>& events, const std::string& key) {
  return std::ranges::any_of(
      events, [&](const auto& event) { return event.payload.extras.value("snapshot", "") == key; });
}

}  // namespace

FrameReporter::FrameReporter(EventRoute route, telemetry::Telemetry telemetry)
    : route_(std::move(route)), telemetry_(telemetry), events_(route_.camera_id, snapshot_keys(route_)) {}

/// What is not sure is no detection to speak of: it is not counted.
void FrameReporter::count_suppressed(const Findings& findings) const {
  for (const auto& [stage, type, ruling] : findings.rulings) {
    const auto verdict = ruling.verdict;
    using enum vision::Verdict;
    if (verdict == raised || verdict == updated || verdict == low_score) continue;
    telemetry_.emit(telemetry::EventSuppressed{route_.camera_id, std::string(to_string(verdict))});
  }
  count_same_second();
}

void FrameReporter::count_same_second() const {
  for (int i = 0; i < events_.suppressed(); ++i) {
    telemetry_.emit(telemetry::EventSuppressed{route_.camera_id, "same_second"});
  }
}

std::uint64_t FrameReporter::report(const AnnotatedFrame& seen, const Findings& findings, double latency_ms,
                                    const Extras& extras, std::stop_token stop) {
  auto events = events_.make(seen.frame, findings.sightings);
  count_suppressed(findings);
  last_.reset();
  if (events_.waits()) last_ = Last{seen, latency_ms};
  return publish(seen, std::move(events), latency_ms, extras, std::move(stop));
}

std::uint64_t FrameReporter::finish(const Extras& extras, std::stop_token stop) {
  if (!last_) return 0;
  const Last last = *std::exchange(last_, std::nullopt);
  auto events = events_.finish();
  count_same_second();
  return publish(last.seen, std::move(events), last.latency_ms, extras, std::move(stop));
}

std::uint64_t FrameReporter::publish(const AnnotatedFrame& seen, std::vector<event::Envelope> events,
                                     double latency_ms, const Extras& extras, std::stop_token stop) {
  if (events.empty()) return 0;
  auto publication = std::make_shared<publish::Publication>();
  publication->events = std::move(events);
  publication->frame = seen.frame;
  publication->detections = seen.detections;
  const auto more = extras ? extras(seen.frame) : nlohmann::json();
  for (auto& event : publication->events) {
    if (more.is_object()) event.payload.extras.update(more);
  }
  if (auto key = snapshot_key(route_, seen.frame.ts_ms()); any_names(publication->events, key)) {
    publication->snapshot_key = std::move(key);
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

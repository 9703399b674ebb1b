#include "infer/event_maker.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <ranges>

#include "vision/plate/extras.h"

namespace kinesight::infer {
namespace {

using vision::Sighting;

constexpr std::size_t kMostWaiting = 1000;
constexpr std::size_t kMostRemembered = 2000;
constexpr std::size_t kMostRaised = 1000;

std::array<int, 4> pixels(const vision::Box& box) {
  const auto round = [](float value) { return static_cast<int>(std::lround(value)); };
  return {round(box.x), round(box.y), round(box.w), round(box.h)};
}

std::int64_t milliseconds(double seconds) { return std::llround(seconds * 1000); }

/// What the event of an object says of it beyond its label and box.
nlohmann::json about(const Sighting& sighting) {
  auto extras = nlohmann::json::object();
  if (sighting.detection.plate) extras["plate"] = vision::plate::extras_of(*sighting.detection.plate);
  if (sighting.kind == Sighting::Kind::again) return extras;  // Each second stands for itself.
  extras["track"] = {{"id", sighting.object},
                     {"first_seen_ms", milliseconds(sighting.first_seen)},
                     {"last_seen_ms", milliseconds(sighting.last_seen)},
                     {"frames", sighting.frames}};
  return extras;
}

event::Envelope make_event(const std::string& camera_id, std::int64_t ts_ms, const Sighting& sighting) {
  const auto& seen = sighting.detection;
  return event::make_envelope(camera_id, {.ts_ms = ts_ms,
                                          .type = seen.type,
                                          .label = seen.label,
                                          .conf = seen.conf,
                                          .bbox = pixels(seen.box),
                                          .extras = about(sighting)});
}

/// A further object of an event.
nlohmann::json further(const Sighting& sighting) {
  auto object = about(sighting);
  object["conf"] = event::printable(sighting.detection.conf);
  object["bbox"] = pixels(sighting.detection.box);
  return object;
}

std::string_view update_name(Sighting::Kind kind) {
  switch (kind) {
    case Sighting::Kind::better:
      return "better";
    case Sighting::Kind::still:
      return "still";
    default:
      return "ended";
  }
}

bool is_update(const StageSighting& sighting) {
  const auto kind = sighting.sighting.kind;
  return kind != Sighting::Kind::first && kind != Sighting::Kind::again;
}

/// Whether one of `events` is an update of `first_event`.
bool any_is_of(const std::vector<event::Envelope>& events, const std::string& first_event) {
  return std::ranges::any_of(
      events, [&](const auto& event) { return event.payload.extras.value("update_of", "") == first_event; });
}

std::pair<std::size_t, vision::TrackId> object_of(const StageSighting& sighting) {
  return {sighting.stage, sighting.sighting.object};
}

std::pair<std::string, std::string> type_and_label(const StageSighting& sighting) {
  return {sighting.sighting.detection.type, sighting.sighting.detection.label};
}

}  // namespace

std::vector<event::Envelope> EventMaker::make(const Frame& frame,
                                              const std::vector<StageSighting>& sightings) {
  return make({.ts_ms = frame.ts_ms(), .picture_ms = frame.ts_ms()}, sightings);
}

std::vector<event::Envelope> EventMaker::finish() {
  std::vector<event::Envelope> events;
  int suppressed = 0;
  while (waits()) {
    const std::int64_t next = (event::ts_bucket(now_->ts_ms) + 1) * 1000;
    std::ranges::move(make({.ts_ms = next, .picture_ms = now_->picture_ms}, {}), std::back_inserter(events));
    suppressed += suppressed_;
  }
  suppressed_ = suppressed;
  return events;
}

std::vector<event::Envelope> EventMaker::make(const Moment& now,
                                              const std::vector<StageSighting>& sightings) {
  now_ = now;
  suppressed_ = 0;
  std::vector<event::Envelope> events;
  for (const auto& sighting : sightings) {
    if (is_update(sighting)) supersede(sighting);
  }
  // Those that waited come first: they are the older ones.
  std::vector<StageSighting> all(std::make_move_iterator(waiting_.begin()),
                                 std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  all.insert(all.end(), sightings.begin(), sightings.end());

  std::map<TypeAndLabel, std::vector<StageSighting>> groups;
  for (const auto& sighting : all) {
    if (!is_update(sighting)) groups[type_and_label(sighting)].push_back(sighting);
  }
  for (auto& [what, group] : groups) raise_group(now, std::move(group), events);
  for (const auto& sighting : all) {
    if (is_update(sighting)) update(now, sighting, events);
  }
  return events;
}

/// The event of the objects of one type and label that are first sighted in one frame.
void EventMaker::raise_group(const Moment& now, std::vector<StageSighting> group,
                             std::vector<event::Envelope>& events) {
  if (raised(type_and_label(group.front()), now.ts_ms)) {
    for (const auto& one : group) wait(one);
    return;
  }
  std::ranges::stable_sort(group, std::greater{},
                           [](const StageSighting& one) { return one.sighting.detection.conf; });
  auto event = make_event(camera_id_, now.ts_ms, group.front().sighting);
  for (const auto& one : group | std::views::drop(1)) {
    event.payload.extras["objects"].push_back(further(one.sighting));
  }
  for (const auto& one : group) remember({one.stage, one.sighting.object}, event);
  name_picture(event, now.picture_ms);
  events.push_back(std::move(event));
}

void EventMaker::update(const Moment& now, const StageSighting& update,
                        std::vector<event::Envelope>& events) {
  const auto known = first_events_.find(object_of(update));
  const bool gone = update.sighting.kind == Sighting::Kind::ended;
  if (known == first_events_.end()) {
    // Its first event is waiting still: but for the end it says by itself what there is to say.
    const bool waits = std::ranges::find(waiting_, object_of(update), object_of) != waiting_.end();
    if (gone && waits) return wait(update);
    ++suppressed_;
    return;
  }
  First& first = known->second;
  first.used = ++uses_;
  first.ended = gone;
  if (update.sighting.kind == Sighting::Kind::still && any_is_of(events, first.event_id)) {
    ++suppressed_;
    return;
  }
  if (raised(type_and_label(update), now.ts_ms)) return wait(update);
  auto event = make_event(camera_id_, now.ts_ms, update.sighting);
  event.payload.extras["update_of"] = first.event_id;
  event.payload.extras["update"] = update_name(update.sighting.kind);
  name_picture(event, gone ? first.ts_ms : now.picture_ms);
  events.push_back(std::move(event));
}

/// One whose second has its event already waits for the next, but for what each second says anew.
void EventMaker::wait(const StageSighting& sighting) {
  if (sighting.sighting.kind != Sighting::Kind::again && waiting_.size() < kMostWaiting) {
    waiting_.push_back(sighting);
  } else {
    ++suppressed_;
  }
}

/// News of an object that wait still are nothing against what is known of it now.
void EventMaker::supersede(const StageSighting& newest) {
  const auto older = std::erase_if(waiting_, [&](const StageSighting& waiting) {
    return is_update(waiting) && object_of(waiting) == object_of(newest);
  });
  suppressed_ += static_cast<int>(older);
}

/// Whether the event of `what` in the second of `ts_ms` was raised before this call.
bool EventMaker::raised(const TypeAndLabel& what, std::int64_t ts_ms) {
  std::pair event(event::ts_bucket(ts_ms), what);
  if (std::ranges::find(raised_, event) != raised_.end()) return true;
  raised_.push_back(std::move(event));
  if (raised_.size() > kMostRaised) raised_.pop_front();
  return false;
}

void EventMaker::name_picture(event::Envelope& event, std::int64_t ts_ms) const {
  if (snapshot_key_) event.payload.extras["snapshot"] = snapshot_key_(ts_ms);
}

void EventMaker::remember(const Object& object, const event::Envelope& first) {
  first_events_.insert_or_assign(object, First{first.event_id, first.payload.ts_ms, false, ++uses_});
  if (first_events_.size() <= kMostRemembered) return;
  first_events_.erase(std::ranges::min_element(first_events_, {}, [](const auto& entry) {
    return std::pair(!entry.second.ended, entry.second.used);
  }));
}

}  // namespace kinesight::infer

// From sightings to events: one event is one (camera, type, label, second).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/frame.h"
#include "event/envelope.h"
#include "infer/pipeline.h"

namespace kinesight::infer {

/// Makes the events of one camera. Frames come in order of capture; used by one thread.
///
/// Objects of one type and label that are first sighted in one frame are one event: the most confident gives
/// conf and bbox, further ones are in extras.objects. An object that is first sighted in a second whose event
/// has been raised waits for the next second. What is later said of an object is an event of its own with
/// extras.update_of, the id of its first event, and extras.update: "better", "still" or "ended"; two of them
/// for one first event in one second are one, others wait for the next. Where pictures are kept
/// extras.snapshot is the key of the frame's, but of an object that has gone that of its first event: there
/// is nothing of it to be seen any more.
class EventMaker {
 public:
  /// The key of the picture of the frame of `ts_ms`.
  using SnapshotKey = std::function<std::string(std::int64_t ts_ms)>;

  /// Without `snapshot_key` no pictures are kept.
  explicit EventMaker(std::string camera_id, SnapshotKey snapshot_key = {})
      : camera_id_(std::move(camera_id)), snapshot_key_(std::move(snapshot_key)) {}

  /// The events of `frame`.
  std::vector<event::Envelope> make(const Frame& frame, const std::vector<StageSighting>& sightings);

  /// Whether something waits for the next second.
  bool waits() const { return !waiting_.empty(); }
  /// The events of what waits when nobody knows of a next frame, in the seconds after the last one.
  std::vector<event::Envelope> finish();

  /// Sightings of the last make() or finish() that will raise no event because there is one of that second.
  int suppressed() const { return suppressed_; }

 private:
  using TypeAndLabel = std::pair<std::string, std::string>;
  using Object = std::pair<std::size_t, vision::TrackId>;  ///< The stage, and its number there.

  /// When something happens.
  struct Moment {
    std::int64_t ts_ms = 0;       ///< Of the event.
    std::int64_t picture_ms = 0;  ///< Of the frame that shows it.
  };

  std::vector<event::Envelope> make(const Moment& now, const std::vector<StageSighting>& sightings);
  bool raised(const TypeAndLabel& what, std::int64_t ts_ms);
  void raise_group(const Moment& now, std::vector<StageSighting> group, std::vector<event::Envelope>& events);
  void update(const Moment& now, const StageSighting& update, std::vector<event::Envelope>& events);
  void remember(const Object& object, const event::Envelope& first);
  void name_picture(event::Envelope& event, std::int64_t ts_ms) const;
  void wait(const StageSighting& sighting);
  void supersede(const StageSighting& newest);

  /// The first event of an object.
  struct First {
    std::string event_id;
    std::int64_t ts_ms = 0;
    bool ended = false;     ///< It may come back.
    std::int64_t used = 0;  ///< The larger, the later.
  };

  const std::string camera_id_;
  const SnapshotKey snapshot_key_;
  std::optional<Moment> now_;  ///< Of the last make().
  /// The events of the last seconds, the newest last; at most 1,000. More than one second, as clocks are set
  /// back.
  std::deque<std::pair<std::int64_t, TypeAndLabel>> raised_;
  std::deque<StageSighting> waiting_;     ///< For the next second; at most 1,000.
  std::map<Object, First> first_events_;  ///< At most 2,000; those that ended are forgotten first.
  std::int64_t uses_ = 0;                 ///< Of first_events_, so far.
  int suppressed_ = 0;
};

}  // namespace kinesight::infer

#include "vision/track/tracker.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "vision/track/assignment.h"
#include "vision/track/kalman.h"

namespace kinesight::vision {

namespace {

/// A track that was seen within it, or in the frame before, can be carried on by what is not sure, and be
/// looked for away from where it is expected.
constexpr double kLatelySeconds = 1;
/// Nobody is looked for who was seen longer ago: by then it could be anything.
constexpr double kFollowSeconds = 2;
/// How far from where it is expected a track is looked for that no box overlaps, in standard deviations.
constexpr double kReach = 3;
/// What is looked for there is at most so many times as wide or high, or so many times narrower or lower.
constexpr double kMostScaling = 1.6;
/// Two boxes of one frame that share so much of their union are one object with two labels.
constexpr float kSameObject = 0.7F;
/// A leap of time is more than so many times the time between the two frames before.
constexpr double kLeap = 2;
/// The longest time between two frames that can be usual.
constexpr double kLongestPause = 60;

/// An object that is followed.
struct Track {
  TrackId id = 0;
  std::string type;
  std::string label;
  BoxFilter filter;
  Box seen;  ///< Where it was seen last.
  double seen_at = 0;
  bool seen_again = false;
};

using Indices = std::vector<std::size_t>;

/// The share that they have in common where the track is expected, or where it was seen last: objects stop as
/// well as they go on.
float overlap(const Track& track, const Box& box) {
  return std::max(iou(track.filter.box(), box), iou(track.seen, box));
}

/// Whether the centre of where the track is expected is outside the picture.
bool has_left(const Track& track, int width, int height) {
  const Box box = track.filter.box();
  const float x = box.x + box.w / 2, y = box.y + box.h / 2;
  return x < 0 || y < 0 || x > static_cast<float>(width) || y > static_cast<float>(height);
}

bool like_sized(const Box& a, const Box& b) {
  const auto close = [](float x, float y) { return x <= kMostScaling * y && y <= kMostScaling * x; };
  return close(a.w, b.w) && close(a.h, b.h);
}

}  // namespace

/// The tracks, and the frame in work.
struct Tracker::Impl {
  explicit Impl(const TrackerOptions& given) : options(given) {}

  /// What pairing a track with a detection costs; infinite if it must not be.
  using Cost = std::function<double(const Track&, const Detection&)>;

  bool leaps(double time) const;
  void end(const std::function<bool(const Track&)>& whom);
  void associate(bool sure, bool lately, double limit, const Cost& cost);
  void begin_tracks();
  std::optional<TrackId> repeated(const Detection& detection) const;
  bool make_room();
  bool one_kind(const Track& track, const Detection& detection) const {
    return track.type == detection.type && (!options.by_label || track.label == detection.label);
  }

  TrackerOptions options;
  std::vector<Track> tracks;
  TrackId last_id = 0;
  std::optional<double> now;     ///< Of the frame in work, or the last one.
  std::optional<double> before;  ///< Of the frame before it.
  std::optional<double> pause;   ///< Between the two.

  std::span<const Detection> detections;
  TrackerUpdate update;
};

bool Tracker::Impl::leaps(double time) const {
  if (!now) return false;
  const double passed = time - *now;
  // Where frames come more seldom than lost_seconds, that is no leap.
  const double usual = std::min(kLeap * pause.value_or(0), kLongestPause);
  return passed < 0 || passed > std::max(options.lost_seconds, usual);
}

void Tracker::Impl::end(const std::function<bool(const Track&)>& whom) {
  std::erase_if(tracks, [&](const Track& track) {
    if (!whom(track)) return false;
    update.ended.push_back(track.id);
    return true;
  });
}

void Tracker::Impl::associate(bool sure, bool lately, double limit, const Cost& cost) {
  Indices rows, columns;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const double seen_at = tracks[i].seen_at;
    const bool free = seen_at < *now || std::ranges::find(update.ids, tracks[i].id) == update.ids.end();
    if (free && (!lately || *now - seen_at <= kLatelySeconds || seen_at >= *before)) rows.push_back(i);
  }
  for (std::size_t i = 0; i < detections.size(); ++i) {
    if (!update.ids[i] && detections[i].sure() == sure) columns.push_back(i);
  }
  Costs costs(rows.size(), columns.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto& track = tracks[rows[r]];
      const auto& detection = detections[columns[c]];
      costs.at(r, c) =
          one_kind(track, detection) ? cost(track, detection) : std::numeric_limits<double>::infinity();
    }
  }
  const auto pairs = assign(costs, limit);
  for (std::size_t r = 0; r < pairs.size(); ++r) {
    if (!pairs[r]) continue;
    auto& track = tracks[rows[r]];
    const std::size_t index = columns[*pairs[r]];
    track.filter.correct(detections[index].box);
    track.seen = detections[index].box;
    track.seen_at = *now;
    track.seen_again = true;
    update.ids[index] = track.id;
  }
}

/// The object that a detection is another box of.
std::optional<TrackId> Tracker::Impl::repeated(const Detection& detection) const {
  for (const auto& track : tracks) {
    if (track.seen_at == *now && one_kind(track, detection) && iou(track.seen, detection.box) >= kSameObject)
      return track.id;
  }
  return std::nullopt;
}

/// Ends the track that is unseen the longest if there is no room for another; whether there is room.
bool Tracker::Impl::make_room() {
  if (tracks.size() < options.most_tracks) return true;
  const auto oldest = std::ranges::min_element(tracks, {}, &Track::seen_at);
  if (oldest == tracks.end() || oldest->seen_at >= *now) return false;
  update.ended.push_back(oldest->id);
  tracks.erase(oldest);
  return true;
}

void Tracker::Impl::begin_tracks() {
  Indices left;
  for (std::size_t i = 0; i < detections.size(); ++i) {
    if (!update.ids[i] && detections[i].sure()) left.push_back(i);
  }
  std::ranges::stable_sort(left, std::ranges::greater{}, [&](std::size_t i) { return detections[i].conf; });
  for (const std::size_t i : left) {
    const auto& detection = detections[i];
    update.ids[i] = repeated(detection);
    if (update.ids[i] || !make_room()) continue;
    tracks.push_back(
        {++last_id, detection.type, detection.label, BoxFilter(detection.box), detection.box, *now});
    update.ids[i] = last_id;
  }
}

Tracker::Tracker(const TrackerOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

TrackerUpdate Tracker::update(double time, int width, int height, std::span<const Detection> detections) {
  auto& my = *impl_;
  my.update = {};
  my.update.ids.resize(detections.size());
  my.detections = detections;
  const bool leaps = my.leaps(time);
  if (leaps) my.end([](const Track&) { return true; });
  if (my.now) my.pause = time - *my.now;
  my.before = my.now.value_or(time);
  my.now = time;
  for (auto& track : my.tracks) track.filter.predict(*my.pause);
  // One that was in the last frame gets another chance: it may have stopped at the edge.
  if (!my.options.stay)
    my.end([&](const Track& track) { return track.seen_at < my.before && has_left(track, width, height); });
  if (!leaps) my.update.left = my.update.ended;

  const auto no_overlap = [](const Track& track, const Detection& found) {
    return 1.0 - overlap(track, found.box);
  };
  const auto distance = [&](const Track& track, const Detection& found) {
    // Whoever was seen once has no velocity yet and could be anywhere soon: mistakes that flash up here and
    // there must not add up to an object.
    const bool known = track.seen_again || track.seen_at >= *my.before;
    return known && time - track.seen_at <= kFollowSeconds && like_sized(track.seen, found.box)
               ? track.filter.deviations(found.box)
               : std::numeric_limits<double>::infinity();
  };
  my.associate(true, false, 1.0 - my.options.min_iou_sure, no_overlap);
  my.associate(false, true, 1.0 - my.options.min_iou_unsure, no_overlap);
  my.associate(true, true, kReach, distance);
  my.begin_tracks();
  my.end([&](const Track& track) {
    return track.seen_at < time && time - track.seen_at > my.options.lost_seconds;
  });
  my.detections = {};
  return std::exchange(my.update, {});
}

std::size_t Tracker::tracks() const { return impl_->tracks.size(); }

}  // namespace kinesight::vision

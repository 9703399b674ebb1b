#include "vision/rules/followed.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "vision/rules/evidence.h"

namespace kinesight::vision {
namespace {

/// A plate whose reading got surer by so much is worth telling again.
constexpr float kBetterBy = 0.15F;
constexpr double kTakeOverSeconds = 2;
constexpr double kLatelySeconds = 1;
constexpr std::size_t kMostPlaces = 64;
/// What takes over from another is at most so many times as large, or so many times smaller.
constexpr float kMostScaling = 1.6F;

struct Point {
  double x = 0, y = 0;
};

Point centre(const Box& box) { return {box.x + box.w / 2, box.y + box.h / 2}; }

/// How far `point` is from the way from `begin` to `end`.
double distance_to_way(const Point& point, const Point& begin, const Point& end) {
  const double x = end.x - begin.x, y = end.y - begin.y, length = x * x + y * y;
  const double along =
      length > 0 ? std::clamp(((point.x - begin.x) * x + (point.y - begin.y) * y) / length, 0.0, 1.0) : 0;
  return std::hypot(point.x - begin.x - along * x, point.y - begin.y - along * y);
}

bool like_sized(float a, float b) { return a <= kMostScaling * b && b <= kMostScaling * a; }

}  // namespace

Followed::Followed(TrackId track, const JudgeOptions& options)
    : options_(&options), known_{.object = track, .account = {}} {
  if (options.plates) vote_.emplace();
  if (options.growth) growth_.emplace(*options.growth);
}

void Followed::seen(const Frame& frame, const Detection& detection) {
  if (options_->labels_vote) labels_[detection.label] += detection.conf;
  // Two labels for one object in one frame are two boxes: the surer one, which comes first, is its place.
  if (seen_now_) return;
  if (known_.frames == 0) {
    known_.first_seen = frame.capture_time;
    first_box_ = detection.box;
  }
  last_seen_ = frame.capture_time;
  ++known_.frames;
  seen_now_ = evidence(detection.conf, detection.threshold);
  last_ = detection;
  remember({frame.capture_time, detection.box});
  if (vote_ && detection.plate) vote_->add(*detection.plate);
  if (growth_) growth_->observe(frame.capture_time, detection.box, frame.view);
}

void Followed::remember(const Place& place) {
  lately_.push_back(place);
  while (lately_.size() > kMostPlaces || place.time - lately_.front().time > kLatelySeconds)
    lately_.pop_front();
}

void Followed::frame_ends() {
  window_.push_back(seen_now_);
  // The next frame takes a place of the window as well.
  while (window_.size() >= static_cast<std::size_t>(options_->rules.temporal_window)) window_.pop_front();
  seen_now_.reset();
}

int Followed::hits() const {
  const auto counted = std::ranges::count_if(window_, [](const auto& frame) { return frame.has_value(); });
  return static_cast<int>(counted) + (seen_now_ ? 1 : 0);
}

double Followed::certainty() const {
  double sum = seen_now_.value_or(0);
  for (const auto& frame : window_) sum += frame.value_or(0);
  return vision::certainty(sum);
}

Detection Followed::best_account() const {
  Detection account = last_;
  if (vote_) {
    if (auto reading = vote_->result()) {
      account.label = reading->text;
      account.conf = reading->score;
      account.plate = std::make_shared<const plate::Reading>(std::move(*reading));
    }
  } else if (options_->labels_vote && !labels_.empty()) {
    account.label =
        std::ranges::max_element(labels_, {}, &std::map<std::string, double>::value_type::second)->first;
  }
  return account;
}

std::optional<Fault> Followed::doubt() const { return growth_ ? growth_->doubt() : std::nullopt; }

Sighting Followed::report(Sighting::Kind kind, Detection account, double time) {
  raised_ = true;
  known_.last_report = time;
  if (kind == Sighting::Kind::better) known_.patience *= 2;
  known_.account = account;
  return {kind, known_.object, std::move(account), known_.first_seen, last_seen_, known_.frames};
}

bool Followed::better_than_reported(const Detection& account, double time) const {
  const Detection& reported = known_.account;
  const bool better = account.label != reported.label || (vote_ && account.conf >= reported.conf + kBetterBy);
  return better && time - known_.last_report >= known_.patience;
}

bool Followed::takes_over_from(const Followed& other) const {
  const double apart = known_.first_seen - other.last_seen_;
  if (last_.type != other.last_.type || apart < 0 || apart > kTakeOverSeconds) return false;
  const Box &mine = first_box_, &theirs = other.last_.box;
  if (!like_sized(std::max(mine.w, mine.h), std::max(theirs.w, theirs.h))) return false;
  const auto& [since, from] = other.lately_.front();
  const Point was = centre(from), seen = centre(theirs);
  const double passed = other.last_seen_ - since, share = passed > 0 ? apart / passed : 0;
  const Point expected{seen.x + (seen.x - was.x) * share, seen.y + (seen.y - was.y) * share};
  return distance_to_way(centre(mine), seen, expected) <= std::max(theirs.w, theirs.h);
}

void Followed::is(const KnownObject& before, double time) {
  const auto frames = known_.frames;
  known_ = before;
  known_.frames += frames;
  // Not after now, where a clock was set back: it would be silent until then.
  known_.last_report = std::min(before.last_report, time);
  raised_ = true;
}

}  // namespace kinesight::vision

#include "infer/replay/near_misses.h"

#include <algorithm>
#include <utility>

namespace kinesight::infer {
namespace {

constexpr std::size_t kMostOpen = 1000;
/// A stretch that has no frame for longer has ended, or, where frames are rare, for so many times the time
/// between two.
constexpr double kPauseSeconds = 2;
constexpr double kPauseFrames = 2;
/// Boxes of objects that nobody follows are one object when they overlap at least so much from frame to
/// frame.
constexpr float kSameObject = 0.3F;

bool is_event(vision::Verdict verdict) {
  return verdict == vision::Verdict::raised || verdict == vision::Verdict::updated;
}

}  // namespace

void NearMisses::add(double time, const std::vector<StageRuling>& rulings) {
  end_older_than(time - std::max(kPauseSeconds, kPauseFrames * pause_));
  pause_ = last_ ? time - *last_ : 0;
  last_ = time;
  for (const auto& given : rulings) rule(given, time);
  while (open_.size() > kMostOpen) end(open_.begin());
}

void NearMisses::rule(const StageRuling& given, double time) {
  const auto& ruling = given.ruling;
  if (is_event(ruling.verdict)) return end_all_of(given);
  auto stretch = find(given);
  if (stretch == open_.end()) {
    stretch = open_.emplace(open_.end());
    stretch->stage = given.stage;
    stretch->miss.detector = given.type;
    stretch->miss.verdict = ruling.verdict;
    stretch->miss.from = time;
  }
  auto& miss = stretch->miss;
  const bool first = miss.frames == 0;
  if (first || miss.to < time) ++miss.frames;  // An object may have several boxes in a frame.
  if (first || ruling.detection.conf > miss.best) {
    miss.best = ruling.detection.conf;
    miss.type = ruling.detection.type;
    miss.label = ruling.detection.label;
    miss.detail = ruling.detail;
    miss.box = ruling.detection.box;
  }
  if (ruling.track) miss.track = ruling.track;
  miss.to = time;
  stretch->last = ruling.detection.box;
  open_.splice(open_.end(), open_, stretch);
}

/// The open stretch of the same reason and object: of its track, or else of what lay where it lies.
std::list<NearMisses::Open>::iterator NearMisses::find(const StageRuling& given) {
  const auto& ruling = given.ruling;
  return std::ranges::find_if(open_, [&](const Open& open) {
    if (open.stage != given.stage || open.miss.verdict != ruling.verdict) return false;
    if (ruling.track || open.miss.track) return ruling.track == open.miss.track;
    return open.miss.type == ruling.detection.type &&
           vision::iou(open.last, ruling.detection.box) >= kSameObject;
  });
}

/// The object of `given` has its event: what comes next is news of another kind.
void NearMisses::end_all_of(const StageRuling& given) {
  for (auto open = open_.begin(); open != open_.end();) {
    const auto at = open++;
    if (at->stage == given.stage && at->miss.track == given.ruling.track) end(at);
  }
}

void NearMisses::end(std::list<Open>::iterator stretch) {
  ended_.push_back(std::move(stretch->miss));
  open_.erase(stretch);
}

void NearMisses::end_older_than(double time) {
  while (!open_.empty() && open_.front().miss.to < time) end(open_.begin());
}

std::vector<NearMiss> NearMisses::take() { return std::exchange(ended_, {}); }

std::vector<NearMiss> NearMisses::finish() {
  while (!open_.empty()) end(open_.begin());
  return take();
}

}  // namespace kinesight::infer

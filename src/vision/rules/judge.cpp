#include "vision/rules/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "vision/rules/followed.h"
#include "vision/rules/gone.h"
#include "vision/rules/size.h"
#include "vision/track/tracker.h"

namespace kinesight::vision {
namespace {

/// What a single frame says of a detection: by its score, its size and where it is.
std::optional<Fault> fault_of(const Detection& detection, const JudgeOptions& options, const Frame& frame) {
  if (!detection.sure()) {
    return Fault{Verdict::low_score,
                 fmt::format("score {:.2f}, threshold {:.2f}", detection.conf, detection.threshold)};
  }
  const auto& view = frame.view;
  if (auto fault = fault_of_size(options.rules, detection.box, view.width, view.height, "the detector"))
    return fault;
  return region_fault(options.regions, detection.box, view.width, view.height, frame.capture_time);
}

bool is_wanted(const Detection& account) { return account.plate && account.plate->list == "wanted"; }

}  // namespace

struct Judge::Impl {
  explicit Impl(JudgeOptions given)
      : options(std::move(given)),
        tracker({.by_label = !options.labels_vote && !options.plates,
                 .lost_seconds = options.rules.lost_seconds,
                 .stay = options.growth.has_value()}),
        gone(options.growth.has_value()) {}

  Judgement judge(const Frame& frame, const std::vector<Detection>& detections);
  std::vector<Ruling> glance(const Frame& frame, const std::vector<Detection>& detections) const;

  std::vector<std::optional<Fault>> see(const Frame& frame, const std::vector<Detection>& detections,
                                        const std::vector<std::optional<TrackId>>& tracks);
  /// Judges one that counts in this frame.
  Ruling weigh(Followed& object, const Detection& detection, double time, std::vector<Sighting>& sightings);
  Ruling weigh_raised(Followed& object, Ruling ruling, double time, std::vector<Sighting>& sightings);
  /// Why an object that raised nothing yet is not to raise an event now.
  std::optional<Fault> not_yet(const Followed& object, const Detection& account) const;
  /// Why it is not told of though it is confirmed: the frames that do it are not sure enough.
  std::optional<Fault> unconvincing(const Followed& object, const Detection& account) const;
  std::optional<Fault> apply_text_rules(Detection& account) const;
  std::optional<KnownObject> known_before(const Followed& object, const Detection& account, double time);
  void end(const TrackerUpdate& update, double time, std::vector<Sighting>& sightings);

  const JudgeOptions options;
  Tracker tracker;
  std::map<TrackId, Followed> followed;
  GoneObjects gone;
};

Judgement Judge::Impl::judge(const Frame& frame, const std::vector<Detection>& detections) {
  Judgement judgement;
  const double time = frame.capture_time;
  const auto update = tracker.update(time, frame.view.width, frame.view.height, detections);
  end(update, time, judgement.sightings);
  auto faults = see(frame, detections, update.ids);
  std::map<TrackId, std::size_t> weighed;  // By track, the first of its boxes: what it says, it says for all.
  for (std::size_t i = 0; i < detections.size(); ++i) {
    Ruling ruling{detections[i], update.ids[i], Verdict::low_score, {}};
    if (auto& fault = faults[i]) {
      ruling.verdict = fault->verdict;
      ruling.detail = std::move(fault->detail);
    } else if (const auto [box, first] = weighed.emplace(*ruling.track, i); !first) {
      ruling.verdict = judgement.rulings[box->second].verdict;
      ruling.detail = judgement.rulings[box->second].detail;
    } else {
      ruling = weigh(followed.at(*update.ids[i]), detections[i], time, judgement.sightings);
      ruling.track = update.ids[i];
      judgement.visible.push_back(ruling.detection);
    }
    judgement.rulings.push_back(std::move(ruling));
  }
  for (auto& [track, object] : followed) object.frame_ends();
  return judgement;
}

/// What this frame alone has against each detection; the others are seen by their objects, all of them before
/// any is weighed.
std::vector<std::optional<Fault>> Judge::Impl::see(const Frame& frame,
                                                   const std::vector<Detection>& detections,
                                                   const std::vector<std::optional<TrackId>>& tracks) {
  std::vector<std::optional<Fault>> faults;
  for (std::size_t i = 0; i < detections.size(); ++i) {
    auto fault = fault_of(detections[i], options, frame);
    if (!fault && !tracks[i]) {
      fault = Fault{Verdict::unconfirmed,
                    fmt::format("{} objects are followed, and no more can be", tracker.tracks())};
    } else if (!fault) {
      followed.try_emplace(*tracks[i], *tracks[i], options).first->second.seen(frame, detections[i]);
    }
    faults.push_back(std::move(fault));
  }
  return faults;
}

Ruling Judge::Impl::weigh(Followed& object, const Detection& detection, double time,
                          std::vector<Sighting>& sightings) {
  Ruling ruling{object.best_account(), std::nullopt, Verdict::raised, {}};
  ruling.detection.box = detection.box;
  if (auto fault = apply_text_rules(ruling.detection)) {
    ruling.verdict = fault->verdict;
    ruling.detail = std::move(fault->detail);
    return ruling;
  }
  if (object.raised()) return weigh_raised(object, std::move(ruling), time, sightings);
  const auto held_back = [&ruling](const Fault& fault) {
    ruling.verdict = fault.verdict;
    ruling.detail = fault.detail;
    return ruling;
  };
  if (const auto doubt = not_yet(object, ruling.detection)) return held_back(*doubt);
  if (const auto before = known_before(object, ruling.detection, time)) {
    object.is(*before, time);
    return weigh_raised(object, std::move(ruling), time, sightings);
  }
  // What was told of before has convinced before.
  if (const auto doubt = unconvincing(object, ruling.detection)) return held_back(*doubt);
  const auto kind = options.rules.cooldown_seconds > 0 ? Sighting::Kind::first : Sighting::Kind::again;
  sightings.push_back(object.report(kind, ruling.detection, time));
  return ruling;
}

Ruling Judge::Impl::weigh_raised(Followed& object, Ruling ruling, double time,
                                 std::vector<Sighting>& sightings) {
  const double cooldown = options.rules.cooldown_seconds;
  const double since = time - object.known().last_report;
  if (cooldown <= 0) {
    sightings.push_back(object.report(Sighting::Kind::again, ruling.detection, time));
    return ruling;
  }
  if (since >= cooldown) {
    ruling.verdict = Verdict::updated;
    sightings.push_back(object.report(Sighting::Kind::still, ruling.detection, time));
  } else if (object.better_than_reported(ruling.detection, time)) {
    ruling.verdict = Verdict::updated;
    sightings.push_back(object.report(Sighting::Kind::better, ruling.detection, time));
  } else {
    ruling.verdict = Verdict::cooldown;
    ruling.detail = fmt::format("raised an event {:.1f} s ago, cooldown {:g} s", since, cooldown);
  }
  return ruling;
}

std::optional<Fault> Judge::Impl::not_yet(const Followed& object, const Detection& account) const {
  const int needed = is_wanted(account) ? 1 : options.rules.confirmation_threshold;
  if (object.hits() < needed) {
    return Fault{Verdict::unconfirmed, fmt::format("seen in {} of the last {} frames, {} needed",
                                                   object.hits(), options.rules.temporal_window, needed)};
  }
  const auto doubt = object.doubt();
  return doubt ? std::optional(Fault{doubt->verdict, doubt->detail}) : std::nullopt;
}

std::optional<Fault> Judge::Impl::unconvincing(const Followed& object, const Detection& account) const {
  const double sure = object.certainty(), needed = options.rules.confirmation_score;
  if (sure >= needed || is_wanted(account)) return std::nullopt;
  return Fault{Verdict::unconvincing,
               fmt::format("the scores of {} frames make {:.2f} together, {:.2f} needed", object.hits(), sure,
                           needed)};
}

std::optional<Fault> Judge::Impl::apply_text_rules(Detection& account) const {
  if (!options.plates || !account.plate) return std::nullopt;
  auto reading = options.plates->judge(*account.plate);
  if (!reading) return Fault{Verdict::unwanted, std::move(reading.error())};
  account.label = reading->text;
  account.plate = std::make_shared<const plate::Reading>(std::move(*reading));
  return std::nullopt;
}

/// The object that `object`, which was seen as `account` and raised nothing yet, is under a new track: one
/// that has gone, or that is not seen any more where it is. The other track begins anew in that case, as an
/// object that nobody has been told of.
std::optional<KnownObject> Judge::Impl::known_before(const Followed& object, const Detection& account,
                                                     double time) {
  for (auto& [track, other] : followed) {
    if (!other.raised() || other.seen_now()) continue;
    Detection before = other.best_account();
    (void)apply_text_rules(before);
    const bool one_label = options.labels_vote || before.label == account.label;
    const bool took_over = !account.plate && one_label && object.takes_over_from(other);
    if (!took_over && !same_object(before, account, options.growth.has_value())) continue;
    KnownObject known = other.known();
    other = Followed(object.known().object, options);
    return known;
  }
  return gone.find(account, time, options.rules.cooldown_seconds);
}

void Judge::Impl::end(const TrackerUpdate& update, double time, std::vector<Sighting>& sightings) {
  for (const TrackId track : update.ended) {
    const auto node = followed.extract(track);
    if (node.empty() || !node.mapped().raised()) continue;
    Followed& object = node.mapped();
    Detection account = object.best_account();
    // The rules let it pass when it was raised; should they not any more, it ends as it was.
    if (apply_text_rules(account)) account = object.known().account;
    KnownObject known = object.known();
    known.account = account;
    const bool left = std::ranges::find(update.left, track) != update.left.end();
    gone.add({std::move(known), time, left});
    if (options.rules.cooldown_seconds <= 0) continue;
    sightings.push_back(object.report(Sighting::Kind::ended, std::move(account), time));
  }
}

std::vector<Ruling> Judge::Impl::glance(const Frame& frame, const std::vector<Detection>& detections) const {
  std::vector<Ruling> rulings;
  for (const auto& detection : detections) {
    Ruling ruling{detection, std::nullopt, Verdict::raised, {}};
    auto fault = fault_of(detection, options, frame);
    if (!fault) fault = apply_text_rules(ruling.detection);
    if (fault) {
      ruling.verdict = fault->verdict;
      ruling.detail = std::move(fault->detail);
    }
    rulings.push_back(std::move(ruling));
  }
  return rulings;
}

Judge::Judge(JudgeOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

Judgement Judge::judge(const Frame& frame, const std::vector<Detection>& detections) {
  return impl_->judge(frame, detections);
}

void Judge::forget() { impl_ = std::make_unique<Impl>(impl_->options); }

std::vector<Ruling> Judge::glance(const Frame& frame, const std::vector<Detection>& detections) const {
  return impl_->glance(frame, detections);
}

}  // namespace kinesight::vision

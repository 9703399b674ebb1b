#include "publish/outbox/answers.h"

#include <algorithm>

namespace kinesight::publish::outbox {

void Answers::apply(const Request& request) {
  now_ = tools_.clock.steady();
  now_ms_ = tools_.clock.wall_ms();
  sent_.latencies_seconds.clear();
  sent_.counts = {.retried = request.retried + request.sent.resent,
                  .requests = request.sent.requests,
                  .uncertain = request.uncertain};
  finished_.clear();
  delivered_.clear();
  again_.clear();
  throttled_.clear();
  const auto key_of = [&](std::size_t i) { return tools_.window[request.slots[i]].key; };
  for (std::size_t begin = 0, end = 0; begin < request.slots.size(); begin = end) {
    while (end < request.slots.size() && key_of(end) == key_of(begin)) ++end;
    apply_key(request, begin, end);
  }
  pause_throttled();
  // What cannot be kept now is kept in memory, and on the disk with the next write that works; if none does,
  // nothing more is sent, and that is reported.
  (void)tools_.spool.settle(delivered_, again_);
  for (const Slot slot : finished_) tools_.window.finish(slot);
  tools_.report.add(sent_);
}

/// The entries of one key.
void Answers::apply_key(const Request& request, std::size_t begin, std::size_t end) {
  const auto key = tools_.window[request.slots[begin]].key;
  const Error* failure = nullptr;
  bool delivered = false;
  back_.clear();
  bury_error_.reset();
  for (std::size_t i = begin; i < end; ++i) {
    const auto& outcome = request.sent.outcomes[i];
    tools_.schedule.learn(key, outcome.part);
    delivered |= outcome.verdict == Verdict::delivered;
    if (is_done(request.slots[i], outcome)) continue;
    keep_for_later(request.slots[i], outcome);
    const auto part = tools_.schedule.part_of(key);
    if (request.sent.away) continue;  // The whole sink pauses; it is not the key's fault.
    if (outcome.verdict == Verdict::throttled && part != Schedule::kUnknown) {
      const auto known = std::ranges::find(throttled_, part, [](const auto& pair) { return pair.first; });
      if (known == throttled_.end()) throttled_.emplace_back(part, outcome.error);
    } else {
      failure = bury_error_ ? &*bury_error_ : &outcome.error;
    }
  }
  if (const auto part = tools_.schedule.part_of(key); delivered && part != Schedule::kUnknown)
    tools_.schedule.set_part_failures(part, 0);
  tools_.schedule.put_back(back_);
  tools_.schedule.release(key, now_ + key_pause(key, failure));
}

/// True when the entry is delivered, unwanted, or buried.
bool Answers::is_done(Slot slot, const Outcome& outcome) {
  Item& item = tools_.window[slot];
  if (outcome.verdict == Verdict::delivered) {
    delivered_.push_back(item.entry.sequence);
    ++sent_.counts.delivered;
    sent_.counts.bytes += item.entry.payload.size();
    if (item.entry.accepted_ms > 0)
      sent_.latencies_seconds.push_back(static_cast<double>(now_ms_ - item.entry.accepted_ms) / 1000);
  } else if (outcome.verdict == Verdict::unwanted) {
    delivered_.push_back(item.entry.sequence);
    ++sent_.counts.unwanted;
  } else if (outcome.verdict != Verdict::refused || ++item.refusals < tools_.policy.refusals ||
             !bury(item, outcome.error)) {
    return false;
  }
  finished_.push_back(slot);
  return true;
}

/// False when there is no room for dead letters: the entry stays.
bool Answers::bury(const Item& item, const Error& error) {
  if (auto buried = tools_.spool.bury(item.entry, error, item.tries); !buried) {
    bury_error_ = buried.error();
    return false;
  }
  tools_.report.buried(item.entry, error, item.tries);
  return true;
}

void Answers::keep_for_later(Slot slot, const Outcome& outcome) {
  Item& item = tools_.window[slot];
  back_.push_back(slot);
  if (outcome.uncertain) {
    item.maybe_sent = true;
  } else {
    again_.push_back(item.entry.sequence);
  }
}

Clock::Duration Answers::key_pause(Schedule::Key key, const Error* failure) {
  const int failures = failure ? tools_.schedule.key_failures(key) + 1 : 0;
  tools_.schedule.set_key_failures(key, failures);
  if (!failure) return {};
  if (failures > tools_.policy.max_retries) tools_.report.failing(*failure);
  return tools_.jitter.after(failures);
}

/// A part that also took entries in this request begins its pauses anew: it takes some, only not so many.
void Answers::pause_throttled() {
  for (const auto& [part, error] : throttled_) {
    const int failures = tools_.schedule.part_failures(part) + 1;
    tools_.schedule.set_part_failures(part, failures);
    if (failures > tools_.policy.max_retries) tools_.report.failing(error);
    tools_.schedule.pause(part, now_ + tools_.jitter.after(failures));
  }
}

}  // namespace kinesight::publish::outbox

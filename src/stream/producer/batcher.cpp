#include "stream/producer/batcher.h"

#include <algorithm>

#include "stream/record/record.h"

namespace kinesight::stream {
namespace {

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Whether another try of the same request may go through.
bool may_pass(ErrorKind kind) { return kind == ErrorKind::throttled || kind == ErrorKind::unavailable; }

}  // namespace

BackoffPolicy backoff_policy(const ProducerOptions& options) {
  constexpr double ms = 1000;
  return {.initial_seconds = options.base_backoff_ms / ms,
          .max_seconds = std::max(options.base_backoff_ms, options.max_backoff_ms) / ms,
          .multiplier = 2,
          .jitter_low = 0.5,
          .jitter_high = 1.0};
}

ProducerCounts& ProducerCounts::operator+=(const ProducerCounts& other) {
  taken += other.taken;
  taken_bytes += other.taken_bytes;
  retried += other.retried;
  throttled += other.throttled;
  uncertain += other.uncertain;
  requests += other.requests;
  given_up += other.given_up;
  refused += other.refused;
  return *this;
}

Result<> sendable(const Outgoing& record) {
  const std::size_t bytes = record.key.size() + record.data.size();
  const bool short_key = !record.key.empty() && record.key.size() <= kMaxKeyCharacters;
  if (bytes <= aws::Kinesis::kMaxRecordBytes && short_key) return {};  // Most are; the rest is counted.
  const std::size_t characters = characters_of(record.key);
  if (bytes <= aws::Kinesis::kMaxRecordBytes && characters >= 1 && characters <= kMaxKeyCharacters) return {};
  return fail(ErrorKind::invalid,
              "expected a record of at most {} bytes under a key of 1 to {} characters (what Kinesis takes), "
              "found {} bytes and {} characters",
              aws::Kinesis::kMaxRecordBytes, kMaxKeyCharacters, bytes, characters);
}

Batcher::Batcher(const ProducerOptions& options, RecordSink& sink, Clock& clock, Rng rng, OnFailed on_failed,
                 OnTaken on_taken)
    : options_(options),
      sink_(sink),
      clock_(clock),
      on_failed_(std::move(on_failed)),
      on_taken_(std::move(on_taken)),
      backoff_(backoff_policy(options), rng) {}

bool Batcher::refuse(const Outgoing& record) {
  const auto possible = sendable(record);
  if (possible) return false;
  ++counts_.refused;
  on_failed_(record, possible.error());
  return true;
}

Result<> Batcher::add(Outgoing record, Clock::Steady since, const std::stop_token& stop) {
  if (refuse(record)) return {};
  waiting_.push_back({.record = std::move(record), .since = since});
  waiting_bytes_ += waiting_.back().bytes();
  const auto full = [&] {
    return waiting_.size() >= static_cast<std::size_t>(options_.batch_records) ||
           waiting_bytes_ >= static_cast<std::size_t>(options_.batch_bytes);
  };
  const auto overfull = [&] { return waiting_.size() >= static_cast<std::size_t>(options_.buffer_records); };
  // While there is a wait to go through, records gather as long as there is room for them.
  const bool resting = not_before_ && *not_before_ > clock_.steady();
  if (full() && !resting)
    if (auto sent = send(stop); !sent) return sent;
  while (overfull())
    if (auto sent = send(stop); !sent) return sent;
  return {};
}

Result<> Batcher::flush(const std::stop_token& stop) {
  while (!waiting_.empty())
    if (auto sent = send(stop); !sent) return sent;
  return {};
}

std::optional<Clock::Steady> Batcher::due() const {
  if (waiting_.empty()) return std::nullopt;
  const auto lingered = waiting_.front().since + std::chrono::milliseconds(options_.linger_ms);
  return not_before_ ? std::max(*not_before_, lingered) : lingered;
}

/// The places of the next request's records in waiting_.
std::vector<std::size_t> Batcher::choose() {
  std::vector<std::size_t> chosen;
  std::size_t bytes = 0;
  seen_keys_.clear();
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (chosen.size() == static_cast<std::size_t>(options_.batch_records)) break;
    if (options_.strict_order && !seen_keys_.insert(waiting_[i].record.key).second) continue;
    bytes += waiting_[i].bytes();
    if (bytes > static_cast<std::size_t>(options_.batch_bytes) && !chosen.empty()) break;
    chosen.push_back(i);
  }
  return chosen;
}

Result<> Batcher::send(const std::stop_token& stop) {
  if (waiting_.empty()) return {};
  if (not_before_ && !clock_.wait_until(*not_before_, stop))
    return fail(ErrorKind::cancelled, "stopped with {} records that were not taken yet", waiting_.size());
  const auto chosen = choose();
  const auto now = clock_.steady();
  request_.clear();
  for (const std::size_t i : chosen) {
    Waiting& waiting = waiting_[i];
    if (waiting.first_try)
      ++counts_.retried;
    else
      waiting.first_try = now;
    request_.push_back({.partition_key = waiting.record.key, .data = waiting.record.data});
  }
  ++counts_.requests;
  const auto answer = sink_.put(request_, stop);
  if (!answer) return settle(chosen, answer.error());
  return settle(chosen, *answer);
}

Result<> Batcher::settle(const std::vector<std::size_t>& chosen,
                         const std::vector<aws::PutOutcome>& outcomes) {
  if (outcomes.size() != chosen.size()) {
    return fail(ErrorKind::corrupt, "expected an outcome for each of {} records, found {}", chosen.size(),
                outcomes.size());
  }
  std::vector<bool> gone(chosen.size());
  places_.clear();
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Waiting& waiting = waiting_[chosen[i]];
    const auto& [shard, code, message] = outcomes[i];
    if (code.empty()) {
      gone[i] = true;
      places_.push_back(waiting.record.place);
      ++counts_.taken;
      counts_.taken_bytes += waiting.bytes();
      continue;
    }
    const bool throttled = aws::is_throttling(code);
    // After whatever else nobody knows whether the record is in the stream.
    ++(throttled ? counts_.throttled : counts_.uncertain);
    gone[i] = !keep(waiting, {throttled ? ErrorKind::throttled : ErrorKind::unavailable,
                              fmt::format("{}: {}", code, message)});
  }
  if (on_taken_ && !places_.empty()) on_taken_(places_);
  remove(chosen, gone);
  if (places_.size() < chosen.size())
    wait_more(!places_.empty());
  else
    not_before_.reset(), backoff_.reset();
  return {};
}

Result<> Batcher::settle(const std::vector<std::size_t>& chosen, const aws::CallError& failed) {
  if (failed.uncertain) counts_.uncertain += chosen.size();
  if (!may_pass(failed.error.kind)) return std::unexpected(failed.error);
  if (failed.error.kind == ErrorKind::throttled) ++counts_.throttled;
  std::vector<bool> gone(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) gone[i] = !keep(waiting_[chosen[i]], failed.error);
  remove(chosen, gone);
  wait_more(false);
  return {};
}

bool Batcher::keep(const Waiting& waiting, const Error& why) {
  const auto tried = clock_.steady() - *waiting.first_try;
  if (tried < seconds_duration(options_.give_up_seconds)) return true;
  ++counts_.given_up;
  on_failed_(waiting.record,
             {why.kind, fmt::format("given up after {:.0f} s: {}", to_seconds(tried), why.message)});
  return false;
}

/// One pass, whatever the number: those that stay close ranks.
void Batcher::remove(const std::vector<std::size_t>& chosen, const std::vector<bool>& gone) {
  std::size_t into = 0, next = 0;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const bool asked = next < chosen.size() && chosen[next] == i;
    if (asked && gone[next++]) {
      waiting_bytes_ -= waiting_[i].bytes();
      continue;
    }
    if (into != i) waiting_[into] = std::move(waiting_[i]);
    ++into;
  }
  waiting_.resize(into);
}

void Batcher::wait_more(bool any_taken) {
  if (any_taken) backoff_.reset();
  not_before_ = clock_.steady() + backoff_.next();
}

}  // namespace kinesight::stream

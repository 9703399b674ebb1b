#include "stream/producer/producer.h"

#include <algorithm>

#include "base/worker.h"
#include "stream/producer/pace.h"

namespace kinesight::stream {
namespace {

/// Aggregated records have one key each. So long as a request's records of a key fit into one, they are
/// taken in their order or not at all, and there is no need to send them one by one.
ProducerOptions sending(ProducerOptions options) {
  if (!options.aggregate || !options.strict_order) return options;
  options.strict_order = false;
  options.batch_bytes =
      std::min<long>(options.batch_bytes, aws::Kinesis::kMaxRecordBytes - AggregatingSink::kSlackBytes);
  return options;
}

}  // namespace

Producer::Producer(ProducerSettings settings, RecordSource& source, RecordSink& sink, Clock& clock, Rng rng,
                   OnLost on_lost)
    : settings_(std::move(settings)),
      source_(source),
      clock_(clock),
      on_lost_(std::move(on_lost)),
      aggregating_(sink),
      lanes_(sending(settings_.options),
             settings_.options.aggregate ? static_cast<RecordSink&>(aggregating_) : sink, clock, rng,
             [this](const Outgoing& record, const Error& why) {
               tell({why.kind, fmt::format("a record under the key '{}': {}", record.key, why.message)});
             }) {}

void Producer::tell(const Error& why) {
  const std::lock_guard lock(telling_);
  on_lost_(why);
}

void Producer::refuse(const Error& why) {
  ++refused_;
  tell(why);
}

std::optional<Outgoing> Producer::prepare(std::string&& record) {
  auto stamped = stamp(record, settings_.record, clock_.wall_seconds(), parser_);
  if (stamped) return Outgoing{.key = std::move(stamped->partition_key), .data = std::move(stamped->data)};
  if (settings_.options.broken != BrokenRecords::send) {
    refuse({stamped.error().kind, fmt::format("{}: {}", source_.where(), stamped.error().message)});
    return std::nullopt;
  }
  ++broken_;
  return Outgoing{.key = std::string(kDefaultKey), .data = std::move(record)};
}

Result<> Producer::read_all(const std::stop_token& enough, const std::stop_token& over) {
  Pace pace(settings_.rate, clock_);
  while (!settings_.count || read_ < *settings_.count) {
    if (!pace.wait(enough)) return fail(ErrorKind::cancelled, "stopped while reading");
    auto record = source_.next(enough);
    if (!record && record.error().kind != ErrorKind::corrupt) return std::unexpected(record.error());
    if (record && !*record) return {};
    ++read_;
    if (!record) {
      refuse(record.error());
      continue;
    }
    auto outgoing = prepare(std::move(**record));
    if (!outgoing) continue;
    // What is in hand is to be sent like all that waits.
    if (auto pushed = lanes_.push(std::move(*outgoing), over); !pushed) return pushed;
  }
  return {};
}

Result<> Producer::read(const std::stop_token& stop, const std::stop_token& over) {
  std::stop_source enough;
  const std::stop_callback told(stop, [&] { enough.request_stop(); });
  std::optional<Worker> timer;
  if (settings_.seconds) {
    timer.emplace("produce-timer", [&](const std::stop_token& ended) {
      if (clock_.wait_for(seconds_duration(*settings_.seconds), ended)) enough.request_stop();
    });
  }
  auto done = read_all(enough.get_token(), over);
  if (!done && done.error().kind == ErrorKind::cancelled && enough.stop_requested()) return {};
  return done;
}

Result<> Producer::run(const std::stop_token& stop) {
  std::stop_source over;
  std::optional<Worker> timer;
  const std::stop_callback told(stop, [&] {
    timer.emplace("produce-stop", [&](const std::stop_token& ended) {
      if (clock_.wait_for(seconds_duration(settings_.options.stop_seconds), ended)) over.request_stop();
    });
  });
  const auto done = read(stop, over.get_token());
  // What was read before a source failed is sent all the same.
  const auto sent = lanes_.close(over.get_token());
  const auto left = progress().waiting;
  if (!sent && sent.error().kind != ErrorKind::cancelled) return sent;
  if (!done) return done;
  if (left == 0) return {};
  return fail(ErrorKind::cancelled, "stopped with {} records that were read and not sent", left);
}

ProducerProgress Producer::progress() const {
  ProducerProgress progress{.sent = lanes_.counts()};
  progress.refused = refused_;
  progress.broken = broken_;
  progress.read = read_;  // The last: no record is settled that was not read.
  progress.waiting =
      progress.read - progress.refused - progress.sent.taken - progress.sent.refused - progress.sent.given_up;
  return progress;
}

}  // namespace kinesight::stream

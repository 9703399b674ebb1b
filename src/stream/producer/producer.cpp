#include "stream/producer/producer.h"

#include <algorithm>

#include "base/worker.h"
#include "stream/producer/pace.h"

namespace kinesight::stream {
namespace {

/// For as long as no process lives.
constexpr double kNever = 1e9;

/// Aggregated records have one key each. So long as a request's records of a key fit into one, they are
/// taken in their order or not at all, and there is no need to send them one by one.
ProducerOptions sending(ProducerOptions options, bool spooled) {
  if (spooled) options.give_up_seconds = kNever;
  if (!options.aggregate || !options.strict_order) return options;
  options.strict_order = false;
  options.batch_bytes =
      std::min<long>(options.batch_bytes, aws::Kinesis::kMaxRecordBytes - AggregatingSink::kSlackBytes);
  return options;
}

}  // namespace

Producer::Producer(ProducerSettings settings, RecordSource& source, RecordSink& sink, Clock& clock, Rng rng,
                   OnLost on_lost, RecordSpool* spool)
    : settings_(std::move(settings)),
      source_(source),
      clock_(clock),
      on_lost_(std::move(on_lost)),
      aggregating_(sink),
      spool_(spool),
      resumed_(spool != nullptr ? spool->state().records : 0),
      lanes_(
          sending(settings_.options, spool != nullptr),
          settings_.options.aggregate ? static_cast<RecordSink&>(aggregating_) : sink, clock, rng,
          [this](const Outgoing& record, const Error& why) {
            tell({why.kind, fmt::format("a record under the key '{}': {}", record.key, why.message)});
            if (spool_ != nullptr) spool_->taken({&record.place, 1});
          },
          spool == nullptr ? OnTaken{} : [spool](auto places) { spool->taken(places); }) {
  if (spool_ != nullptr) spooler_.emplace(*spool_, lanes_, clock_);
}

void Producer::tell(const Error& why) {
  const std::lock_guard lock(telling_);
  on_lost_(why);
}

void Producer::refuse(const Error& why) {
  ++refused_;
  tell(why);
}

std::optional<Outgoing> Producer::prepare(std::string&& record) {
  auto stamped = stamp_in_place(record, settings_.record, clock_.wall_seconds(), parser_);
  if (stamped) return Outgoing{.key = std::move(*stamped), .data = std::move(record)};
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
    // No other thread writes it, and an addition that none can come between is dear.
    read_.store(read_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    if (!record) {
      refuse(record.error());
      continue;
    }
    auto outgoing = prepare(std::move(**record));
    if (!outgoing) continue;
    // What is in hand is to be sent like all that waits.
    if (auto passed = pass_on(std::move(*outgoing), over); !passed) return passed;
  }
  return {};
}

Result<> Producer::pass_on(Outgoing record, const std::stop_token& over) {
  if (!spooler_) return lanes_.push(std::move(record), over);
  if (const auto possible = sendable(record); !possible) {
    refuse({possible.error().kind, fmt::format("{}: {}", source_.where(), possible.error().message)});
    return {};
  }
  return spooler_->push(std::move(record), over);
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
  const auto sent = send_all(over.get_token());
  const auto [waiting, unkept] = std::pair(progress().waiting, progress().unkept);
  if (!sent && sent.error().kind != ErrorKind::cancelled) return sent;
  if (!done) return done;
  if (unkept > 0)
    return fail(
        ErrorKind::cancelled,
        "stopped with {} records in hand that the spool had no room for, which are lost to it; {} wait "
        "in it for the next run",
        unkept, waiting);
  if (waiting == 0) return {};
  if (spooler_)
    return fail(ErrorKind::cancelled, "stopped with {} records in the spool, which the next run sends first",
                waiting);
  return fail(ErrorKind::cancelled, "stopped with {} records that were read and not sent", waiting);
}

Result<> Producer::send_all(const std::stop_token& over) {
  const auto spooled = spooler_ ? spooler_->close(over) : Result<>{};
  const auto sent = lanes_.close(over);
  return spooled ? sent : spooled;
}

ProducerProgress Producer::progress() const {
  ProducerProgress progress{.resumed = resumed_, .sent = lanes_.counts()};
  progress.refused = refused_;
  progress.broken = broken_;
  if (spooler_) {
    progress.unkept = spooler_->unkept();
    progress.read = spooler_->kept() + progress.refused;
    progress.waiting = spool_->state().records;
    return progress;
  }
  progress.read = read_;  // The last: no record is settled that was not read.
  progress.waiting =
      progress.read - progress.refused - progress.sent.taken - progress.sent.refused - progress.sent.given_up;
  return progress;
}

}  // namespace kinesight::stream

#include "stream/multilang/shard_processor.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/backoff.h"
#include "stream/consumer/happenings.h"
#include "stream/multilang/hand_over.h"
#include "stream/windows/packing.h"

namespace kinesight::stream::multilang {
namespace {

constexpr BackoffPolicy kListPauses{.initial_seconds = 0.5, .max_seconds = 10};
constexpr int kListTries = 10;
/// Others that take the shard in the same moment.
constexpr int kClaimTries = 5;
/// How often progress is saved that no window waits for: so much is written twice at most.
constexpr auto kBetweenSaves = std::chrono::minutes(1);

std::int64_t ms(double seconds) { return static_cast<std::int64_t>(seconds * 1000); }

/// Whether `a` stands behind `b`: a ShardRecord, or a Position of one. Numbers without leading zeros compare
/// by their lengths first.
bool behind(const auto& a, const Position& b) {
  const std::string_view left = a.sequence_number, right = b.sequence_number;
  if (left.size() != right.size()) return left.size() > right.size();
  return left != right ? left > right : a.sub_sequence > b.sub_sequence;
}

std::unexpected<Error> taken_by_another(const std::string& shard) {
  return fail(ErrorKind::unavailable,
              "shard {} was taken by another process: this one ends, and leaves the rest to it", shard);
}

}  // namespace

ShardProcessor::ShardProcessor(const Parts& parts, const ProcessingOptions& options)
    : parts_(parts),
      options_(options),
      plan_(plan_of(options.windows)),
      made_of_(describe(plan_.shape, plan_.aggregates) + "; " + made_of(options, plan_)),
      windows_(plan_.shape, plan_.aggregates, /*tracking=*/false,
               static_cast<std::size_t>(options.consume.max_open_keys)),
      marks_(ms(options.windows.lateness_seconds)),
      processor_(options, plan_.number_fields, this) {}

Result<> ShardProcessor::begin(const Initialize& from, std::stop_token stop) {
  shard_ = from.shard;
  const auto listed = list(stop);
  if (!listed) return std::unexpected(listed.error());
  const auto own = std::ranges::find(*listed, shard_, &aws::Shard::id);
  if (own == listed->end())
    return fail(ErrorKind::not_found,
                "expected shard {} in the stream, found {} others; is the daemon's stream "
                "that of the configuration?",
                shard_, listed->size());
  auto range = HashRange::make(own->starting_hash_key, own->ending_hash_key);
  if (!range) return wrap(range.error(), "shard " + shard_);
  range_ = std::move(*range);
  for (int tries = 0; tries < kClaimTries; ++tries) {
    const auto claimed = claim(from, *listed, stop);
    if (!claimed) return std::unexpected(claimed.error());
    if (*claimed) return restore(*own, stop);
  }
  return taken_by_another(shard_);
}

Result<std::vector<aws::Shard>> ShardProcessor::list(std::stop_token stop) {
  Backoff pauses(kListPauses, Rng::from_entropy());
  for (;;) {
    auto listed = parts_.source.shards(stop);
    if (listed) return std::move(*listed);
    const Error& error = listed.error().error;
    const bool may_pass = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled;
    if (!may_pass || pauses.tries() >= kListTries) return std::unexpected(error);
    const auto pause = pauses.next();
    parts_.telemetry.emit(
        ShardReadFailed{shard_, "ListShards", listed.error(), pauses.tries(), to_seconds(pause)});
    if (!parts_.clock.wait_for(pause, stop))
      return fail(ErrorKind::cancelled, "stopped while listing shards");
  }
}

/// From now on only this process may write the shard's progress. False: somebody else was quicker.
Result<bool> ShardProcessor::claim(const Initialize& from, const std::vector<aws::Shard>& listed,
                                   std::stop_token stop) {
  auto found = parts_.progress.load(shard_, stop);
  if (!found) return std::unexpected(found.error());
  if (!*found && from.from.kind == Position::Kind::record) {
    return fail(
        ErrorKind::invalid,
        "shard {} has a checkpoint of the KCL and no progress: which of its windows are written already "
        "is not known. Give back the table of tables.shards, or delete the KCL's table (named after "
        "applicationName) to begin anew",
        shard_);
  }
  mine_ = found->value_or(Progress{.made_of = made_of_});
  if (mine_.made_of != made_of_) {
    return fail(ErrorKind::invalid,
                "the progress of shard {} is of windows of '{}', not of '{}': name another tables.shards and "
                "applicationName to begin anew",
                shard_, mine_.made_of, made_of_);
  }
  if (!*found) {
    const auto own = std::ranges::find(listed, shard_, &aws::Shard::id);
    if (auto done = inherit(*own, listed, stop); !done) return std::unexpected(done.error());
  }
  const std::int64_t seen = mine_.claims++;
  return parts_.progress.save(shard_, mine_, seen, stop);
}

/// A shard that nobody has read: time begins where the slowest of its parents ended, and for keys of one that
/// was further ahead what had ended there has ended.
Result<> ShardProcessor::inherit(const aws::Shard& own, const std::vector<aws::Shard>& listed,
                                 std::stop_token stop) {
  for (const auto& id : {own.parent, own.adjacent_parent}) {
    const auto parent = std::ranges::find(listed, id, &aws::Shard::id);
    if (id.empty() || parent == listed.end()) continue;
    const auto left = parts_.progress.load(id, stop);
    if (!left) return std::unexpected(left.error());
    if (!*left || !(**left).ended_ms) continue;
    const std::int64_t ended = *(**left).ended_ms;
    auto range = HashRange::make(parent->starting_hash_key, parent->ending_hash_key);
    if (!range) return wrap(range.error(), "shard " + id);
    std::ranges::copy((**left).floors, std::back_inserter(mine_.floors));
    mine_.floors.push_back({std::move(*range), ended});
    mine_.ended_ms = std::min(mine_.ended_ms.value_or(ended), ended);
  }
  if (mine_.ended_ms)
    std::erase_if(mine_.floors, [&](const Floor& one) { return one.ended_ms <= *mine_.ended_ms; });
  return {};
}

/// Windows that were open at the progress' time have all their records behind the checkpoint, which is older,
/// or in what the parents left open.
Result<> ShardProcessor::restore(const aws::Shard& own, std::stop_token stop) {
  if (mine_.ended_ms) windows_.restore_ended(*mine_.ended_ms);
  marks_.restore(mine_.ended_ms, {{shard_, mine_.ended_ms}});
  if (mine_.watermark_ms > mine_.ended_ms) pending_ms_ = mine_.watermark_ms;
  const auto is_ours = [this](std::string_view key) {
    const auto hash = hash_key_of(key);
    return hash && range_.holds(*hash);
  };
  for (const auto& id : {own.parent, own.adjacent_parent}) {
    if (id.empty()) continue;
    const auto left = parts_.progress.load(id, stop);
    if (!left) return std::unexpected(left.error());
    if (!*left || !(**left).handed_over) continue;
    const auto parts = parts_.progress.parts(id, *(**left).handed_over, stop);
    if (!parts) return std::unexpected(parts.error());
    if (auto done = take_over(*parts, is_ours, windows_); !done) return wrap(done.error(), "shard " + id);
  }
  last_counted_ = parts_.clock.steady();
  next_save_ = last_counted_ + kBetweenSaves;
  parts_.telemetry.emit(ShardOpened{shard_, mine_.through ? to_text(*mine_.through) : "its begin"});
  return {};
}

std::int64_t ShardProcessor::floor_of(const HashKey& key) const {
  std::int64_t ended = Windows::kNever;
  for (const Floor& one : mine_.floors)
    if (one.range.holds(key)) ended = std::max(ended, one.ended_ms);
  return ended;
}

/// A key's windows are counted where its shard is: nobody else sees its other records.
Result<std::int64_t> ShardProcessor::ended_ms(const ShardRecord& record, std::string_view key) const {
  if (record.partition_key != key) {
    return fail(ErrorKind::corrupt,
                "partition key: expected the record's '{}', '{}', by which its shard is chosen, found '{}'",
                options_.record.key, key, record.partition_key);
  }
  const auto hash = hash_key_of(key);
  if (!hash) return std::unexpected(hash.error());
  if (range_.holds(*hash)) return floor_of(*hash);
  return fail(
      ErrorKind::corrupt,
      "partition key: expected one of shard {}, found '{}', which is another's (an explicit hash key?)",
      shard_, key);
}

Result<> ShardProcessor::take(const ProcessRecords& message, std::stop_token stop) {
  const std::int64_t now_ms = parts_.clock.wall_ms();
  received_.push_back({parts_.clock.steady(), now_ms});
  if (received_.size() > kPrefetched) received_.pop_front();
  for (const ShardRecord& record : message.records) process(record, now_ms);
  idle(message);
  if (auto done = keep(stop); !done) return done;
  report(message.millis_behind);
  return {};
}

void ShardProcessor::process(const ShardRecord& record, std::int64_t now_ms) {
  const bool again = mine_.through && !behind(record, *mine_.through);
  if (!again && pending_ms_) go_on_to(*std::exchange(pending_ms_, {}));
  ShardBatch one;
  one.shard = shard_;
  one.records = {record};
  // What it is to write was written before its progress was.
  Batch written;
  Batch& batch = again ? written : batch_;
  const auto counted = batch.counts[RecordFate::counted];
  processor_.process(one, now_ms, windows_, marks_, batch);
  if (batch.counts[RecordFate::counted] > counted) last_counted_ = parts_.clock.steady();
  end_windows();
  last_ = Position::after(record.sequence_number, record.sub_sequence);
}

/// Nothing that counts has come for long: time goes on with the clock, up to the moment at which Kinesis
/// surely had not been asked yet for what the daemon brought just now.
void ShardProcessor::idle(const ProcessRecords& message) {
  if (!message.records.empty() || message.millis_behind > 0) return;
  if (pending_ms_) return go_on_to(*std::exchange(pending_ms_, {}));
  const double patience = options_.consume.idle_seconds;
  if (patience == 0 || received_.size() < kPrefetched) return;
  const Moment& asked = received_.front();
  if (asked.steady - last_counted_ < seconds_duration(patience)) return;
  go_on_to(asked.wall_ms - ms(options_.windows.lateness_seconds));
}

/// Without a record.
void ShardProcessor::go_on_to(std::int64_t watermark_ms) {
  marks_.idle(shard_, watermark_ms + ms(options_.windows.lateness_seconds));
  end_windows();
}

/// Only at multiples of a pane a window can end, and a record become late.
void ShardProcessor::end_windows() {
  const auto watermark = marks_.watermark();
  if (!watermark) return;
  const auto pane_of = [this](std::int64_t time) {
    return time / windows_.pane_ms() - (time % windows_.pane_ms() < 0);
  };
  const std::int64_t ended = windows_.ended_ms();
  if (ended != Windows::kNever && pane_of(*watermark) <= pane_of(ended)) return;
  moved_ = true;
  windows_.end(*watermark, [this](WindowResult one) {
    // A parent that was further ahead has written it, of all its records.
    if (const auto key = hash_key_of(one.key); key && floor_of(*key) >= one.end_ms) return;
    results_.push_back(std::move(one));
  });
}

/// Makes what was processed durable. The order is what makes an end of this process at any moment harmless.
Result<> ShardProcessor::keep(std::stop_token stop) {
  if (auto done = parts_.tables.put_measurements(batch_.measurements, stop); !done) return done;
  if (auto done = parts_.tables.put_dead_letters(batch_.letters, stop); !done) return done;
  const auto now = parts_.clock.steady();
  const std::size_t windows = results_.size();
  if (auto done = write_windows(stop); !done) return done;
  if (moved_ || now >= next_save_) {
    if (auto done = save_all(stop); !done) return done;
    next_save_ = now + kBetweenSaves;
  }
  parts_.telemetry.emit(BatchKept{batch_, windows, parts_.clock.wall_ms()});
  counts_ += batch_.counts;
  if (last_) held_.add(*last_, windows_.newest_open_end());
  batch_ = {};
  const auto free = held_.release(windows_.ended_ms());
  return free ? parts_.checkpoints.checkpoint(free, stop) : Result<>();
}

/// What makes windows end is noted before their rows are written: a process that has lost the shard and does
/// not know cannot do the one, and leaves the other; whoever takes it over does what is noted.
Result<> ShardProcessor::write_windows(std::stop_token stop) {
  if (results_.empty()) return {};
  mine_.watermark_ms = pending_ms_ ? pending_ms_ : marks_.watermark();
  if (auto done = save(stop); !done) return done;
  if (auto done = parts_.tables.put_windows(results_, stop); !done) return done;
  results_.clear();
  return {};
}

/// Notes that all windows up to the watermark are written.
Result<> ShardProcessor::save_all(std::stop_token stop) {
  mine_.ended_ms = marks_.watermark();
  mine_.watermark_ms = pending_ms_ ? pending_ms_ : mine_.ended_ms;
  if (mine_.ended_ms)
    std::erase_if(mine_.floors, [&](const Floor& one) { return one.ended_ms <= *mine_.ended_ms; });
  moved_ = false;
  return save(stop);
}

/// What the records up to the last one were to write is written. While records come again that were processed
/// before, that is so further on already.
Result<> ShardProcessor::save(std::stop_token stop) {
  if (last_ && (!mine_.through || behind(*last_, *mine_.through))) mine_.through = last_;
  const auto saved = parts_.progress.save(shard_, mine_, mine_.claims, stop);
  if (!saved) return std::unexpected(saved.error());
  return *saved ? Result<>() : taken_by_another(shard_);
}

Result<> ShardProcessor::end(std::stop_token stop) {
  if (pending_ms_) go_on_to(*std::exchange(pending_ms_, {}));
  if (auto done = write_windows(stop); !done) return done;
  const auto parts = hand_over(windows_);
  if (auto done = parts_.progress.put_parts(shard_, mine_.claims, parts, stop); !done) return done;
  mine_.handed_over = {mine_.claims, std::ssize(parts)};
  if (auto done = save_all(stop); !done) return done;
  parts_.telemetry.emit(ShardClosed{shard_, {}});
  return parts_.checkpoints.checkpoint({}, stop);
}

void ShardProcessor::report(std::int64_t behind_ms) {
  parts_.telemetry.emit(ConsumerStands{1, windows_.open_keys(),
                                       static_cast<std::size_t>(options_.consume.max_open_keys), behind_ms,
                                       marks_.watermark()});
}

}  // namespace kinesight::stream::multilang

#include "stream/consumer/consumer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "stream/consumer/happenings.h"

namespace kinesight::stream {
namespace {

constexpr auto kGlance = std::chrono::milliseconds(100);
/// Shards are split and merged rarely; the end of one is told by itself.
constexpr auto kBetweenLists = std::chrono::seconds(30);
constexpr auto kBetweenReports = std::chrono::seconds(1);
/// How often what changes without records is kept.
constexpr auto kBetweenQuietKeeps = std::chrono::seconds(1);
constexpr std::size_t kMostResults = 500;

std::int64_t ms(double seconds) { return static_cast<std::int64_t>(seconds * 1000); }

std::vector<std::string> ids_of(const std::vector<aws::ChildShard>& children) {
  std::vector<std::string> ids;
  for (const auto& child : children) ids.push_back(child.id);
  return ids;
}

}  // namespace

Consumer::Consumer(const Parts& parts, const ProcessingOptions& options, std::optional<Position> start,
                   ShardReaderOptions reading)
    : parts_(parts),
      options_(options),
      start_(std::move(start)),
      plan_(plan_of(options.windows)),
      windows_(plan_.shape, plan_.aggregates, /*tracking=*/true,
               static_cast<std::size_t>(options.consume.max_open_keys)),
      marks_(ms(options.windows.lateness_seconds)),
      processor_(options, plan_.number_fields),
      crew_(parts.source, parts.clock, parts.telemetry, reading) {}

Result<> Consumer::run(std::stop_token stop) {
  if (auto begun = begin(stop); !begun) return begun;
  while (!stop.stop_requested()) {
    if (auto done = step(stop); !done) return done;
  }
  return {};
}

RecordCounts Consumer::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

Result<> Consumer::begin(const std::stop_token& stop) {
  auto positions = parts_.state.load(windows_, made_of(options_, plan_));
  if (!positions) return std::unexpected(positions.error());
  positions_ = std::move(*positions);
  if (auto done = deliver(stop); !done) return done;

  const std::int64_t asked_ms = parts_.clock.wall_ms();
  auto listed = parts_.source.shards(stop);
  if (!listed) return std::unexpected(std::move(listed.error().error));
  listed_ = std::move(*listed);
  next_list_ = parts_.clock.steady() + kBetweenLists;
  if (positions_.empty()) {
    if (auto done = begin_stream(asked_ms); !done) return done;
  }
  std::map<std::string, std::optional<std::int64_t>> came_to;
  for (const auto& [shard, at] : positions_) {
    if (!at.position.has_ended() && at.watermark_ms) came_to[shard] = at.watermark_ms;
  }
  // What is read without having come to anything yet holds time where it is.
  for (const auto& one : readable(listed_, readers_positions(), {})) came_to.try_emplace(one.shard);
  marks_.restore(ended_ms(), came_to);
  return assign();
}

/// A stream that was never read: what is read first has its positions kept before. The next run cannot begin
/// at this moment's tip any more: for it LATEST is a time.
Result<> Consumer::begin_stream(std::int64_t asked_ms) {
  if (!start_) {
    return fail(
        ErrorKind::not_found,
        "expected a checkpoint to go on from, as `start: checkpoint` asks, found none in {}; begin with "
        "another start",
        parts_.state.path().string());
  }
  const auto first = first_positions(listed_, *start_);
  Positions kept;
  for (const auto& [shard, position] : first) {
    positions_[shard].position = position;
    const bool latest = position.kind == Position::Kind::latest;
    kept[shard].position = latest ? Position::at(asked_ms - kClockDoubtMs) : position;
  }
  return parts_.state.commit(windows_, kept, {});
}

/// Reads what may be read of the shards that are listed.
Result<> Consumer::assign() {
  const auto positions = readers_positions();
  for (const auto& shard : trimmed_unread(listed_, positions, crew_.being_read())) {
    parts_.telemetry.emit(ShardTrimmed{shard});
    positions_[shard].position = changed_[shard].position = Position::ended();
    marks_.close(shard, children_of(listed_, shard));
  }
  const auto gone = forgettable(listed_, positions);
  if (auto done = parts_.state.forget(gone); !done) return done;
  for (const auto& shard : gone) positions_.erase(shard);
  crew_.assign(listed_, readers_positions());
  for (const auto& shard : crew_.being_read()) {
    marks_.open(shard);
    last_record_.try_emplace(shard, parts_.clock.steady());
  }
  return {};
}

Result<> Consumer::list(const std::stop_token& stop) {
  next_list_ = parts_.clock.steady() + kBetweenLists;
  auto listed = parts_.source.shards(stop);
  if (listed) {
    parts_.telemetry.emit(ShardAnswered{{}});
    lists_failed_ = 0;
    listed_ = std::move(*listed);
    return assign();
  }
  if (listed.error().error.kind == ErrorKind::not_found) return std::unexpected(listed.error().error);
  if (stop.stop_requested()) return {};
  const auto again =
      std::min<Clock::Duration>(kBetweenLists, std::chrono::seconds(1LL << std::min(lists_failed_, 5)));
  next_list_ = parts_.clock.steady() + again;
  parts_.telemetry.emit(
      ShardReadFailed{{}, "ListShards", listed.error(), ++lists_failed_, to_seconds(again)});
  return {};
}

Result<> Consumer::step(const std::stop_token& stop) {
  if (parts_.clock.steady() >= next_list_) {
    if (auto done = list(stop); !done) return done;
  }
  auto patience = Clock::Duration(kGlance);
  while (auto news = crew_.next(patience, stop)) {
    if (auto done = take(std::move(*news)); !done) return done;
    if (batch_.counts.all() >= static_cast<std::uint64_t>(options_.consume.batch_records)) break;
    patience = Clock::Duration::zero();
  }
  const auto now = parts_.clock.steady();
  if (batch_.counts.all() > 0 || now >= next_quiet_keep_) {
    next_quiet_keep_ = now + kBetweenQuietKeeps;
    if (auto done = keep(stop); !done) return done;
  }
  if (now >= next_report_) report();
  return {};
}

Result<> Consumer::take(ShardNews news) {
  if (const auto* failed = std::get_if<ShardFailed>(&news)) return take(*failed);
  take(std::get<ShardBatch>(news));
  return {};
}

void Consumer::take(const ShardBatch& batch) {
  const auto counted = batch_.counts[RecordFate::counted];
  processor_.process(batch, parts_.clock.wall_ms(), windows_, marks_, batch_);
  if (batch.gap) parts_.telemetry.emit(RecordsTrimmed{batch.shard});
  behind_ms_[batch.shard] = batch.millis_behind;
  auto& at = positions_[batch.shard];
  if (at.position != batch.resume) changed_[batch.shard].position = at.position = batch.resume;
  if (batch_.counts[RecordFate::counted] > counted) {
    last_record_[batch.shard] = batch.asked;
  } else if (batch.millis_behind == 0 && !batch.closed) {
    idle(batch);
  }
  if (batch.closed) close(batch);
}

/// Nothing that counts had come for long when the service was asked: the shard's time goes on with the clock,
/// up to that moment. Since then much may have come: the answer may have waited while a table was away.
void Consumer::idle(const ShardBatch& batch) {
  const double patience = options_.consume.idle_seconds;
  if (patience == 0) return;
  const auto quiet = batch.asked - last_record_[batch.shard];
  if (quiet >= seconds_duration(patience)) marks_.idle(batch.shard, batch.asked_ms);
}

void Consumer::close(const ShardBatch& batch) {
  auto children = ids_of(batch.children);
  if (children.empty()) children = children_of(listed_, batch.shard);
  parts_.telemetry.emit(ShardClosed{batch.shard, children});
  marks_.close(batch.shard, children);
  // Kept with their watermarks: their parents' may be forgotten before they are read.
  for (const auto& child : children) {
    const auto known = positions_.try_emplace(child, ShardPosition{Position::trim_horizon()}).first;
    changed_[child].position = known->second.position;
  }
  let_go(batch.shard);
  next_list_ = {};
}

void Consumer::let_go(const std::string& shard) {
  crew_.let_go(shard);
  last_record_.erase(shard);
  behind_ms_.erase(shard);
}

/// The next list tells whether the shard is still there.
Result<> Consumer::take(const ShardFailed& failed) {
  parts_.telemetry.emit(ShardGivenUp{failed.shard, failed.error});
  if (failed.error.kind == ErrorKind::invalid) {
    return fail(ErrorKind::invalid,
                "{}; when the checkpoint is older than the stream's retention, or the stream was made anew, "
                "delete {} and say with kinesis.start where to begin",
                failed.error.message, parts_.state.path().string());
  }
  if (failed.error.kind != ErrorKind::not_found) return std::unexpected(failed.error);
  let_go(failed.shard);
  next_list_ = {};
  return {};
}

/// Makes what was processed durable. On an error the state is as it was, and this run is over.
Result<> Consumer::keep(const std::stop_token& stop) {
  if (auto done = parts_.tables.put_measurements(batch_.measurements, stop); !done) return done;
  if (auto done = parts_.tables.put_dead_letters(batch_.letters, stop); !done) return done;
  const std::int64_t now_ms = parts_.clock.wall_ms();
  const bool by_event = options_.windows.time == WindowTime::event;
  const auto watermark = by_event ? marks_.watermark() : std::optional(now_ms);
  std::vector<WindowResult> results;
  if (watermark) windows_.end(*watermark, [&](WindowResult one) { results.push_back(std::move(one)); });
  if (changed_.empty() && results.empty()) return {};
  for (auto& [shard, at] : changed_) {
    if (!at.position.has_ended()) positions_[shard].watermark_ms = at.watermark_ms = marks_.of(shard);
  }
  if (auto done = parts_.state.commit(windows_, changed_, results); !done) return done;
  parts_.telemetry.emit(BatchKept{batch_, results.size(), now_ms});
  {
    const std::lock_guard lock(mutex_);
    counts_ += batch_.counts;
  }
  changed_.clear();
  batch_ = {};
  return results.empty() ? Result<>() : deliver(stop);
}

Result<> Consumer::deliver(const std::stop_token& stop) {
  for (;;) {
    const auto pending = parts_.state.pending(kMostResults);
    if (!pending) return std::unexpected(pending.error());
    if (pending->empty()) return {};
    std::vector<WindowResult> results;
    for (const auto& one : *pending) results.push_back(one.result);
    if (auto done = parts_.tables.put_windows(results, stop); !done) return done;
    if (auto done = parts_.state.delivered(pending->back().id); !done) return done;
  }
}

/// Up to when windows have ended; nothing as long as none has.
std::optional<std::int64_t> Consumer::ended_ms() const {
  const bool ended_some = windows_.ended_ms() > std::numeric_limits<std::int64_t>::min();
  return ended_some ? std::optional(windows_.ended_ms()) : std::nullopt;
}

/// Up to when windows have ended, or are to.
std::optional<std::int64_t> Consumer::event_time() const {
  return options_.windows.time == WindowTime::event ? marks_.watermark() : ended_ms();
}

ShardPositions Consumer::readers_positions() const {
  ShardPositions positions;
  for (const auto& [shard, at] : positions_) positions[shard] = at.position;
  return positions;
}

void Consumer::report() {
  next_report_ = parts_.clock.steady() + kBetweenReports;
  std::int64_t behind = 0;
  for (const auto& [shard, one] : behind_ms_) behind = std::max(behind, one);
  parts_.telemetry.emit(ConsumerStands{crew_.being_read().size(), windows_.open_keys(),
                                       static_cast<std::size_t>(options_.consume.max_open_keys), behind,
                                       event_time()});
}

}  // namespace kinesight::stream

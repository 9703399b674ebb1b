#include "stream/shards/shard_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace kinesight::stream {
namespace {

constexpr std::string_view kGetIterator = "GetShardIterator";
constexpr std::string_view kGetRecords = "GetRecords";

}  // namespace

/// Where one run() is.
struct ShardReader::Run {
  std::string shard;
  Position position;
  std::stop_token stop;
  std::string iterator{};     ///< Empty: one is to be got.
  Clock::Steady next_call{};  ///< Of GetRecords.
  Clock::Duration pause{};
  int limit = 0;
  int failures = 0;      ///< In a row.
  bool renewed = false;  ///< The iterator is new because the one before was refused.
  bool closed = false;
  std::string expects{};  ///< The record that the iterator is to begin with, until it has come.
};

ShardReader::ShardReader(ShardSource& source, Clock& clock, ShardSink& sink, Rng rng,
                         ShardReaderOptions options)
    : source_(source),
      clock_(clock),
      sink_(sink),
      options_(options),
      throttled_(options.throttled, rng),
      failed_(options.failed, rng) {}

Result<ShardEnd> ShardReader::run(const std::string& shard, const Position& from, std::stop_token stop) {
  Run run{.shard = shard, .position = from, .stop = std::move(stop)};
  run.pause = seconds_duration(options_.shortest_pause_seconds);
  run.limit = options_.page_records;
  run.next_call = clock_.steady();
  while (!run.stop.stop_requested()) {
    const auto goes_on = run.iterator.empty() ? get_iterator(run) : get_records(run);
    if (!goes_on) return std::unexpected(goes_on.error());
    if (run.closed) return ShardEnd::closed;
    if (!*goes_on) break;
  }
  return ShardEnd::stopped;
}

/// False: stop.
Result<bool> ShardReader::get_iterator(Run& run) {
  const std::int64_t asked_ms = clock_.wall_ms();
  auto iterator = source_.iterator(run.shard, iterator_start(run.position), run.stop);
  if (!iterator) return bear(run, kGetIterator, iterator.error());
  run.iterator = std::move(*iterator);
  // An iterator at the tip is the only one of its kind: another LATEST would leave out what has come since.
  if (run.position.kind == Position::Kind::latest) run.position = Position::at(asked_ms - kClockDoubtMs);
  run.expects = run.position.kind == Position::Kind::record ? run.position.sequence_number : std::string();
  const std::lock_guard lock(mutex_);
  ++counts_.iterators;
  return true;
}

/// False: stop.
Result<bool> ShardReader::get_records(Run& run) {
  if (!clock_.wait_until(run.next_call, run.stop)) return false;
  auto room = sink_.room(run.stop);
  if (!room) return false;
  const auto begun = clock_.steady();
  ShardBatch batch{.shard = run.shard, .asked_ms = clock_.wall_ms(), .asked = begun};
  batch.storage.push_back(std::move(room));
  auto page = source_.records(run.iterator, run.limit, run.stop);
  run.next_call = begun + seconds_duration(options_.shortest_pause_seconds);
  if (!page) {
    batch.storage.clear();
    return bear(run, kGetRecords, page.error());
  }
  run.failures = 0;
  run.renewed = false;
  run.limit = std::min(run.limit * 2, options_.page_records);
  throttled_.reset();
  failed_.reset();
  const bool taken = hand_over(run, std::move(*page), std::move(batch));
  run.next_call = begun + run.pause;
  return taken;
}

bool ShardReader::hand_over(Run& run, aws::RecordsPage page, ShardBatch batch) {
  batch.closed = page.next_iterator.empty();
  batch.gap = lacks_expected(run, page);
  auto unpacked = unpack(page, run.position);
  batch.records = std::move(unpacked.records);
  batch.resume = run.position;
  batch.millis_behind = page.millis_behind;
  batch.children = std::move(page.children);
  std::ranges::move(unpacked.storage, std::back_inserter(batch.storage));
  batch.storage.push_back(std::move(page.storage));
  if (batch.closed) {
    batch.resume = Position::ended();
  } else if (!batch.records.empty()) {
    batch.resume = Position::after(batch.records.back().sequence_number, batch.records.back().sub_sequence);
  }
  pause_after(run, batch);
  {
    const std::lock_guard lock(mutex_);
    ++counts_.calls;
    counts_.empty += batch.records.empty() ? 1 : 0;
    counts_.records += batch.records.size();
    for (const auto& record : batch.records) counts_.bytes += record.data.size();
    counts_.aggregated += unpacked.aggregated;
    counts_.skipped += unpacked.skipped;
  }
  const auto resume = batch.resume;
  const bool closed = batch.closed;
  if (!sink_.take(std::move(batch), run.stop)) return false;
  run.position = resume;
  run.closed = closed;
  run.iterator = std::move(page.next_iterator);
  return true;
}

/// An iterator of a record that retention has taken begins with what is left.
bool ShardReader::lacks_expected(Run& run, const aws::RecordsPage& page) {
  if (run.expects.empty() || (page.records.empty() && !page.next_iterator.empty())) return false;
  const bool lacks = page.records.empty() || page.records.front().sequence_number != run.expects;
  run.expects.clear();
  return lacks;
}

/// At the tip a shard that brings nothing is asked less and less often. Empty answers before the tip are
/// usual, and say nothing about what comes next.
void ShardReader::pause_after(Run& run, const ShardBatch& batch) const {
  const auto shortest = seconds_duration(options_.shortest_pause_seconds);
  const bool idle = batch.records.empty() && batch.millis_behind == 0;
  run.pause = idle ? std::min(run.pause * 2, seconds_duration(options_.longest_pause_seconds)) : shortest;
}

/// Waits after a call that failed. False: stop.
Result<bool> ShardReader::bear(Run& run, std::string_view call, const aws::CallError& error) {
  if (run.stop.stop_requested() || error.error.kind == ErrorKind::cancelled) return false;
  count_error(call, error);
  ++run.failures;
  const bool expired = call == kGetRecords && error.code == "ExpiredIteratorException";
  const bool final = is_final(run, call, error);
  if (call == kGetRecords && error.error.kind == ErrorKind::invalid) {
    run.iterator.clear();
    if (expired && !run.renewed) {
      run.renewed = true;
      return true;
    }
    run.renewed = true;
  }
  // Perhaps it is too much for one answer.
  if (error.timed_out || error.error.kind == ErrorKind::corrupt) run.limit = std::max(run.limit / 2, 1);
  const auto delay = (error.error.kind == ErrorKind::throttled ? throttled_ : failed_).next();
  const bool borne = sink_.trouble(
      {.shard = run.shard, .call = call, .error = error, .in_a_row = run.failures, .next_try = delay});
  if (final || !borne) return wrap(error.error, fmt::format("shard {}", run.shard));
  return clock_.wait_for(delay, run.stop);
}

/// Whether another try would end the same way.
bool ShardReader::is_final(const Run& run, std::string_view call, const aws::CallError& error) const {
  if (error.error.kind == ErrorKind::not_found) return true;
  if (error.error.kind != ErrorKind::invalid) return false;
  // An iterator that has expired, or that the service no longer knows, is renewed; a position is what it is.
  return call == kGetIterator || (run.renewed && error.code != "ExpiredIteratorException");
}

void ShardReader::count_error(std::string_view call, const aws::CallError& error) {
  const std::string_view what =
      error.code.empty() ? to_string(error.error.kind) : std::string_view(error.code);
  const std::lock_guard lock(mutex_);
  ++counts_.errors[fmt::format("{} {}", call, what)];
}

ShardReaderCounts ShardReader::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace kinesight::stream

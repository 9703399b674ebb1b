#include "publish/outbox/view.h"

#include <algorithm>

#include "publish/outbox/cursor_file.h"
#include "publish/outbox/disk.h"
#include "publish/outbox/outbox_log.h"
#include "publish/outbox/segment.h"

namespace kinesight::publish {

using namespace outbox;
namespace {

constexpr int kTries = 20;  // A service that runs may delete or write what we are about to read.

/// A log as it lies on the disk.
struct LogView {
  std::vector<SegmentFile> segments{};
  std::optional<Boundary> end{};  ///< Nothing when no segment says where that is.
};

Result<LogView> view_log(const std::filesystem::path& folder) {
  auto segments = list_segments(folder);
  if (!segments) return std::unexpected(segments.error());
  LogView log{.segments = std::move(*segments)};
  for (auto newest = log.segments.rbegin(); newest != log.segments.rend() && !log.end; ++newest) {
    const auto bytes = read_file(newest->path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto contents = scan_segment(*bytes, newest->first);
    if (contents.bytes > 0) log.end = contents.end;
  }
  return log;
}

/// What `read` gives, once it is neither not_found nor corrupt: the service was quicker.
template <class Read>
auto patiently(Read read) {
  auto result = read();
  for (int tries = 1; !result && tries < kTries; ++tries) result = read();
  return result;
}

/// Whether `log` is all that was there. A listing of a folder may miss a file while others come and go: then
/// a newer one turns up, or the log ends before what a cursor, read earlier, has passed.
bool is_whole(const LogView& log, const std::filesystem::path& folder, std::uint64_t passed) {
  if (log.end && log.end->sequence < passed) return false;
  const auto again = list_segments(folder);
  const auto newest = [](const std::vector<SegmentFile>& files) {
    return files.empty() ? 0 : files.back().first;
  };
  return again && newest(*again) == newest(log.segments);
}

/// The log, whole unless the service is too busy for that; then the longest of what was seen.
Result<LogView> view_whole_log(const std::filesystem::path& folder, std::uint64_t passed) {
  const auto end_of = [](const LogView& log) { return log.end ? log.end->sequence : 0; };
  auto best = view_log(folder);
  for (int tries = 1; tries < kTries && !(best && is_whole(*best, folder, passed)); ++tries) {
    auto next = view_log(folder);
    if (next && (!best || end_of(*next) >= end_of(*best))) best = std::move(next);
  }
  return best;
}

Result<CursorState> read_cursor(const std::filesystem::path& path) {
  auto state = CursorFile::read(path);
  if (!state) return std::unexpected(state.error());
  if (!*state) {
    return fail(ErrorKind::corrupt,
                "the outbox's cursor {} is damaged; the service makes a new one when it next starts",
                path.string());
  }
  return std::move(**state);
}

/// When the first entry for `sink` at or after `sequence` was accepted.
std::optional<std::int64_t> accepted_at(const LogView& log, std::string_view sink, std::uint64_t sequence) {
  for (std::size_t i = 0; i < log.segments.size(); ++i) {
    if (i + 1 < log.segments.size() && log.segments[i + 1].first <= sequence) continue;
    const auto bytes = read_file(log.segments[i].path);
    if (!bytes) continue;
    const auto header = decode_segment_header(*bytes);
    RecordWalk walk(*bytes, header ? header->size : 0, std::max(sequence, log.segments[i].first));
    while (const auto record = walk.next()) {
      if (record->sink.empty() || record->sink == sink) return record->accepted_ms;
    }
  }
  return std::nullopt;
}

std::uint64_t bytes_after(const LogView& log, const LogPosition& position) {
  std::uint64_t bytes = 0;
  for (const auto& segment : log.segments) {
    if (segment.first > position.segment) bytes += segment.bytes;
    if (segment.first == position.segment) bytes += segment.bytes - std::min(position.offset, segment.bytes);
  }
  return bytes;
}

SinkAccount account(const std::string& sink, Stream stream, const CursorState& state, const LogView& log) {
  SinkAccount account;
  account.sink = sink;
  account.stream = stream;
  account.delivered = state.delivered;
  account.dead = state.dead;
  account.dropped = state.dropped;
  account.uncertain = state.uncertain;
  account.waiting = state.outstanding.size();
  if (log.end && log.end->sequence >= state.next) {
    const auto accepted = log.end->accepted(sink);
    const auto done = state.base + state.done();
    account.waiting = accepted - std::min(accepted, done);
  }
  account.accepted = state.done() + account.waiting;
  if (account.waiting == 0) return account;
  account.waiting_bytes = bytes_after(log, state.position);
  const auto first = state.outstanding.empty() ? state.next : state.outstanding.front().sequence;
  account.oldest_ms = state.oldest_ms > 0 ? std::optional(state.oldest_ms) : accepted_at(log, sink, first);
  return account;
}

}  // namespace

// The cursors are read before the log: what is done was accepted before, so nothing comes out negative.
Result<std::vector<SinkAccount>> view_outbox(const std::filesystem::path& state_directory) {
  const auto folder = state_directory / "outbox";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return fail(ErrorKind::not_found, "no outbox in {}", state_directory.string());
  std::vector<SinkAccount> accounts;
  for (const auto stream : {Stream::events, Stream::snapshots}) {
    const auto sinks = sinks_with_cursor(folder, stream);
    if (!sinks) return std::unexpected(sinks.error());
    std::vector<CursorState> states;
    for (const auto& sink : *sinks) {
      auto state = patiently([&] { return read_cursor(cursor_path(folder, stream, sink)); });
      if (!state) return std::unexpected(state.error());
      states.push_back(std::move(*state));
    }
    std::uint64_t passed = 0;
    for (const auto& state : states) passed = std::max(passed, state.next);
    const auto log = view_whole_log(folder / to_string(stream), passed);
    if (!log) return std::unexpected(log.error());
    for (std::size_t i = 0; i < sinks->size(); ++i)
      accounts.push_back(account((*sinks)[i], stream, states[i], *log));
  }
  std::ranges::stable_sort(accounts, {}, &SinkAccount::sink);
  return accounts;
}

}  // namespace kinesight::publish

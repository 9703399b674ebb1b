#include "publish/outbox/outbox_log.h"

#include <algorithm>

#include "telemetry/happenings.h"

namespace kinesight::publish::outbox {
namespace {

constexpr std::string_view kEnding = ".cursor";
// What a sink's dead letters may take of the disk, beside the log's own limit.
constexpr std::uint64_t kDeadPart = 4;

}  // namespace

std::filesystem::path cursor_path(const std::filesystem::path& folder, Stream stream, std::string_view sink) {
  return folder / fmt::format("{}.{}{}", to_string(stream), sink, kEnding);
}

Result<std::vector<std::string>> sinks_with_cursor(const std::filesystem::path& folder, Stream stream) {
  const std::string beginning = std::string(to_string(stream)) + ".";
  std::vector<std::string> sinks;
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename().string();
    if (name.size() <= beginning.size() + kEnding.size() || !name.starts_with(beginning) ||
        !name.ends_with(kEnding))
      continue;
    sinks.push_back(name.substr(beginning.size(), name.size() - beginning.size() - kEnding.size()));
  }
  if (error) return disk_error(error.value(), "look into", folder);
  std::ranges::sort(sinks);
  return sinks;
}

Result<std::unique_ptr<OutboxLog>> OutboxLog::open(OutboxLogSetup setup) {
  std::unique_ptr<OutboxLog> log(new OutboxLog(std::move(setup)));
  if (auto opened = log->open_log(); !opened) return std::unexpected(opened.error());
  if (auto settled = log->settle_moves(); !settled) return std::unexpected(settled.error());
  if (auto opened = log->open_sinks(); !opened) return std::unexpected(opened.error());
  log->log_->set_readers(log.get());
  log->log_->release();
  return log;
}

// New entries get sequences that no cursor and no dead letter has seen, even where the newest files of the
// log are lost: else a sink would take them for done.
Result<> OutboxLog::open_log() {
  auto highest = setup_.dead_letters.highest(setup_.stream);
  if (!highest) return std::unexpected(highest.error());
  std::uint64_t floor = *highest + 1;
  const auto known = sinks_with_cursor(setup_.folder, setup_.stream);
  if (!known) return std::unexpected(known.error());
  for (const auto& sink : *known) {
    const auto state = CursorFile::read(cursor_path(setup_.folder, setup_.stream, sink));
    if (!state) return std::unexpected(state.error());
    if (*state) floor = std::max(floor, (*state)->next);
  }
  auto log = SegmentLog::open(setup_.disk, setup_.clock, setup_.folder / to_string(setup_.stream),
                              setup_.options, floor);
  if (!log) return std::unexpected(log.error());
  log_ = std::move(*log);
  setup_.telemetry.emit(telemetry::OutboxOpened{.stream = std::string(to_string(setup_.stream)),
                                                .entries = log_->next() - log_->start().sequence,
                                                .torn_bytes = log_->torn_bytes()});
  return {};
}

Result<> OutboxLog::open_sinks() {
  const auto known = sinks_with_cursor(setup_.folder, setup_.stream);
  if (!known) return std::unexpected(known.error());
  for (const auto& sink : *known) {
    if (knows(sink)) continue;
    if (auto forgotten = forget_sink(sink); !forgotten) return forgotten;
  }
  for (const auto& sink : setup_.sinks) {
    if (auto opened = open_sink(sink); !opened) return opened;
  }
  return {};
}

Result<> OutboxLog::open_sink(const std::string& name) {
  const auto path = cursor_path(setup_.folder, setup_.stream, name);
  const bool is_new = !std::filesystem::exists(path);
  std::optional<CursorState> state;
  if (!is_new) {
    auto kept = CursorFile::read(path);
    if (!kept) return std::unexpected(kept.error());
    state = std::move(*kept);
  }
  const bool damaged = !is_new && !state;
  if (!state) {
    // A new sink begins with what comes. One whose cursor is damaged begins with what is left, most of which
    // it may have: sending it twice is better than never.
    const auto from = damaged ? log_->start() : log_->end();
    state = CursorState{.base = from.accepted(name), .next = from.sequence};
    if (damaged) state->suspect_until = log_->next();
  }
  // Without a file nobody knows how many entries were for one sink alone; the account begins where that makes
  // it right.
  if (log_->bytes() == 0) {
    const auto known = state->done() + state->outstanding.size();
    state->base = state->next - 1 - std::min(state->next - 1, known);
  }
  auto cursor = is_new || damaged ? CursorFile::create(setup_.disk, path, *state, setup_.options.sync)
                                  : CursorFile::open(setup_.disk, path);
  if (!cursor) return std::unexpected(cursor.error());
  if (damaged) {
    setup_.telemetry.log.error(
        fmt::format("The outbox's cursor {} is damaged: what the log still holds is sent to {} again",
                    path.string(), name));
  }
  sinks_.push_back(std::make_unique<OutboxSink>(
      SinkSetup{.sink = name,
                .stream = setup_.stream,
                .log = *log_,
                .dead_letters = setup_.dead_letters,
                .max_dead_bytes = static_cast<std::int64_t>(setup_.options.max_bytes / kDeadPart),
                .telemetry = setup_.telemetry,
                .clock = setup_.clock,
                .release = [this] { log_->release(); }},
      std::move(*cursor), std::move(*state)));
  return sinks_.back()->reconcile();
}

Result<> OutboxLog::forget_sink(const std::string& name) {
  const auto path = cursor_path(setup_.folder, setup_.stream, name);
  const auto state = CursorFile::read(path);
  if (!state) return std::unexpected(state.error());
  if (*state) {
    const auto accepted = log_->end().accepted(name);
    const auto known = (*state)->base + (*state)->done();
    if (accepted > known) {
      setup_.telemetry.emit(telemetry::OutboxDropped{.sink = name,
                                                     .stream = std::string(to_string(setup_.stream)),
                                                     .count = static_cast<std::int64_t>(accepted - known),
                                                     .reason = "it is no longer configured"});
    }
  }
  return setup_.disk.remove(path);
}

bool OutboxLog::knows(const std::string& sink) const {
  return std::ranges::find(setup_.sinks, sink) != setup_.sinks.end();
}

Result<> OutboxLog::append(std::span<const Entry> entries, std::stop_token stop) {
  for (const auto& entry : entries) {
    if (!entry.sink.empty() && !knows(entry.sink)) {
      return fail(ErrorKind::invalid, "an entry is for the sink {}, which does not drain the outbox's {}",
                  entry.sink, to_string(setup_.stream));
    }
  }
  if (sinks_.empty()) return {};
  return log_->append(entries, std::move(stop));
}

OutboxSink& OutboxLog::sink(const std::string& name) {
  return **std::ranges::find_if(sinks_, [&](const auto& sink) { return sink->name() == name; });
}

Result<> OutboxLog::take_back(std::stop_token stop) {
  if (auto settled = settle_moves(); !settled) return settled;
  for (const auto& sink : sinks_) {
    if (auto taken = take_back(*sink, stop); !taken) return taken;
  }
  return {};
}

// The row says where in the log its entry will be before it is there, so that a crash at any instant leaves
// either the row or the entry to be found, and settle_moves() knows which.
Result<> OutboxLog::take_back(OutboxSink& sink, const std::stop_token& stop) {
  auto& dead_letters = setup_.dead_letters;
  for (;;) {
    auto wanted = dead_letters.wanted(setup_.stream, sink.name());
    if (!wanted) return std::unexpected(wanted.error());
    if (wanted->empty()) return {};
    std::vector<Entry> entries;
    for (auto& letter : *wanted) entries.push_back(std::move(letter.entry));
    if (!log_->takes_now(entries)) return {};  // Later: the housekeeping must not stand still.
    const auto appended = log_->append(
        entries, stop, [&](std::uint64_t first) { return dead_letters.begin_move(*wanted, first); });
    if (!appended) {
      (void)settle_moves();  // Or the next look does.
      // Somebody dropped one at this moment; the others are for the next look.
      return appended.error().kind == ErrorKind::not_found ? Result<>() : appended;
    }
    if (auto finished = dead_letters.finish_move(*wanted); !finished) return finished;
    setup_.telemetry.emit(telemetry::DeadLettersReturned{.sink = sink.name(),
                                                         .count = static_cast<std::int64_t>(wanted->size())});
  }
}

// A move that was begun and did not end: its entry is in the log, or it is not.
Result<> OutboxLog::settle_moves() {
  auto moving = setup_.dead_letters.moving(setup_.stream);
  if (!moving) return std::unexpected(moving.error());
  if (moving->empty()) return {};
  const auto there = std::ranges::partition(*moving, [&](const auto& letter) { return holds(letter); });
  const std::span<const DeadLetterStore::Returning> arrived(moving->begin(), there.begin());
  if (auto finished = setup_.dead_letters.finish_move(arrived); !finished) return finished;
  return setup_.dead_letters.cancel_move(there);
}

bool OutboxLog::holds(const DeadLetterStore::Returning& letter) const {
  LogReader reader(*log_);
  reader.seek(letter.moved_to);
  const auto record = reader.next();
  return record && *record && (*record)->sequence == letter.moved_to &&
         (*record)->name == letter.entry.name && (*record)->sink == letter.entry.sink;
}

void OutboxLog::look_after() {
  for (const auto& sink : sinks_) {
    if (setup_.options.sync) sink->sync();
    sink->observe();
  }
}

std::uint64_t OutboxLog::needed() const {
  std::uint64_t needed = UINT64_MAX;
  for (const auto& sink : sinks_) needed = std::min(needed, sink->needed());
  return needed;
}

// All cursors, not only those that lost something: after a power cut, one that had not reached the disk would
// count what is deleted now as lost.
void OutboxLog::retiring(const Boundary& start) {
  for (const auto& sink : sinks_) sink->retiring(start, setup_.options.sync);
}

void OutboxLog::appended() {
  for (const auto& sink : sinks_) sink->appended();
}

}  // namespace kinesight::publish::outbox

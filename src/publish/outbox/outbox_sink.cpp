#include "publish/outbox/outbox_sink.h"

#include <algorithm>

#include "telemetry/happenings.h"

namespace kinesight::publish::outbox {

OutboxSink::OutboxSink(SinkSetup setup, CursorFile cursor, CursorState state)
    : setup_(std::move(setup)),
      cursor_(std::move(cursor)),
      progress_(setup_.sink, std::move(state)),
      reader_(setup_.log) {
  rewind();
}

Result<> OutboxSink::reconcile() {
  std::lock_guard lock(mutex_);
  lose(progress_.skip_to(setup_.log.start()), "the log no longer has them");
  const auto buried = setup_.dead_letters.buried(setup_.stream, setup_.sink, progress_.needed());
  if (!buried) return std::unexpected(buried.error());
  for (const auto sequence : *buried) progress_.bury(sequence);
  reader_.seek(progress_.resume_at(), progress_.resume_position());
  publish_needed();
  return keep();
}

void OutboxSink::rewind() {
  std::lock_guard lock(mutex_);
  progress_.rewind();
  reader_.seek(progress_.resume_at(), progress_.resume_position());
  publish_needed();
}

Result<> OutboxSink::read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) {
  std::lock_guard lock(mutex_);
  std::uint64_t lost = 0;
  Result<> done;
  for (std::size_t bytes = 0; max_entries > 0 && bytes < max_bytes && progress_.has_room();) {
    const auto record = reader_.next();
    if (!record) done = std::unexpected(record.error());
    if (!record || !*record) break;
    if (const auto& sink = (*record)->sink; !sink.empty() && sink != setup_.sink) {
      lost += progress_.pass((*record)->sequence);
      continue;
    }
    const auto seen = progress_.read((*record)->sequence, (*record)->accepted_ms, reader_.position());
    lost += seen.lost;
    if (!seen.wanted) continue;
    into.push_back((*record)->entry());
    bytes += (*record)->payload.size();
    --max_entries;
  }
  lost += progress_.reached(reader_.sequence(), reader_.end());
  lose(lost, "their part of the log is damaged");
  publish_needed();
  if (lost > 0 && done) done = keep();
  return done;
}

void OutboxSink::wait(std::size_t enough, Clock::Steady deadline, std::stop_token stop) {
  const std::stop_callback stopped(stop, [this] { bell_.ring(); });
  const auto wake = bell_.arm();
  wanted_ = read_next_ + std::max<std::size_t>(enough, 1);
  if (!stop.stop_requested() && !can_read()) sleep_until(setup_.clock, deadline, wake);
  wanted_ = UINT64_MAX;
}

bool OutboxSink::can_read() const {
  if (setup_.log.next() < wanted_) return false;
  std::lock_guard lock(mutex_);
  return progress_.has_room();
}

void OutboxSink::appended() {
  if (setup_.log.next() >= wanted_) bell_.ring();
}

Result<> OutboxSink::sending(std::span<const std::uint64_t> sequences) {
  std::lock_guard lock(mutex_);
  progress_.mark(sequences);
  auto kept = keep();
  if (!kept) progress_.undo_mark();
  return kept;
}

Result<> OutboxSink::settle(std::span<const std::uint64_t> done, std::span<const std::uint64_t> again) {
  Result<> kept;
  bool room_again = false;
  {
    std::lock_guard lock(mutex_);
    const bool had_room = progress_.has_room();
    progress_.deliver(done);
    progress_.clear_marks(again);
    room_again = !had_room && progress_.has_room();
    kept = keep();
    publish_needed();
  }
  if (room_again) bell_.ring();
  if (setup_.log.can_release(needed())) setup_.release();
  return kept;
}

Result<> OutboxSink::bury(const Entry& entry, const Error& error, int tries) {
  auto gone = setup_.dead_letters.bury({.stream = setup_.stream,
                                        .sink = setup_.sink,
                                        .entry = entry,
                                        .error = error.message,
                                        .tries = tries,
                                        .now_ms = setup_.clock.wall_ms(),
                                        .max_bytes = setup_.max_dead_bytes});
  if (!gone) return std::unexpected(gone.error());
  Result<> kept;
  {
    std::lock_guard lock(mutex_);
    progress_.bury(entry.sequence);
    progress_.forget_dead(*gone);
    lose(*gone, "newer dead letters needed their room");
    kept = keep();
    publish_needed();
  }
  if (setup_.log.can_release(needed())) setup_.release();
  return kept;
}

bool OutboxSink::maybe_sent(std::uint64_t sequence) const {
  std::lock_guard lock(mutex_);
  return progress_.maybe_sent(sequence);
}

// What a drain has read already can still be sent, though a crash would lose it now.
void OutboxSink::retiring(const Boundary& start, bool sync) {
  {
    std::lock_guard lock(mutex_);
    const auto lost = progress_.skip_to(start);
    if (reader_.sequence() < start.sequence) reader_.seek(start.sequence);
    lose(lost, "the outbox is full");
    publish_needed();
    if (lost > 0) (void)keep();  // Or the next one is, or the next start finds the same.
  }
  if (sync) this->sync();
}

void OutboxSink::sync() {
  std::lock_guard lock(mutex_);
  if (unsynced_ && cursor_.sync()) unsynced_ = false;
}

Backlog OutboxSink::backlog() const {
  const auto end = setup_.log.end();
  Backlog now;
  LogPosition position;
  std::int64_t oldest_ms = 0;
  {
    std::lock_guard lock(mutex_);
    const auto known = progress_.base() + progress_.done();
    const auto accepted = end.accepted(setup_.sink);
    now.entries = accepted > known ? accepted - known : 0;
    position = progress_.first_open();
    oldest_ms = progress_.oldest_ms();
  }
  if (now.entries > 0) {
    now.bytes = setup_.log.bytes_after(position.segment, position.offset);
    if (oldest_ms > 0)
      now.oldest_seconds = std::max(0.0, static_cast<double>(setup_.clock.wall_ms() - oldest_ms) / 1000);
  }
  return now;
}

void OutboxSink::observe() {
  const auto now = backlog();
  setup_.telemetry.emit(telemetry::OutboxObserved{
      .sink = setup_.sink, .entries = now.entries, .bytes = now.bytes, .oldest_seconds = now.oldest_seconds});
}

Result<> OutboxSink::keep() {
  auto written = cursor_.write(progress_.state());
  if (written) unsynced_ = true;
  return written;
}

void OutboxSink::lose(std::uint64_t count, std::string_view reason) {
  if (count == 0) return;
  dropped_ += count;
  setup_.telemetry.emit(telemetry::OutboxDropped{.sink = setup_.sink,
                                                 .stream = std::string(to_string(setup_.stream)),
                                                 .count = static_cast<std::int64_t>(count),
                                                 .reason = std::string(reason)});
}

void OutboxSink::publish_needed() {
  needed_.store(progress_.needed(), std::memory_order_release);
  read_next_ = reader_.sequence();
}

}  // namespace kinesight::publish::outbox

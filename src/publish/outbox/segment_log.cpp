#include "publish/outbox/segment_log.h"

#include <algorithm>
#include <utility>

namespace kinesight::publish::outbox {
namespace {

// What one write takes at most, unless a single append is larger.
constexpr std::uint64_t kGroupBytes = 4 * 1024 * 1024;

std::uint64_t total_size(std::span<const Entry> entries) {
  std::uint64_t bytes = 0;
  for (const auto& entry : entries) bytes += record_size(entry);
  return bytes;
}

}  // namespace

/// A call of append() that waits for its turn.
struct SegmentLog::Append {
  std::span<const Entry> entries;
  std::uint64_t bytes = 0;
  const Prepare* prepare = nullptr;
  std::condition_variable turn{};
  bool done = false;
  Result<> result{};
};

Result<> SegmentLog::append(std::span<const Entry> entries, std::stop_token stop, const Prepare& prepare) {
  if (entries.empty()) return {};
  if (!std::ranges::all_of(entries, fits_in_record)) {
    return fail(ErrorKind::invalid,
                "an entry for the outbox has a key, name or sink of more than 65,535 bytes");
  }
  Append mine{.entries = entries, .bytes = total_size(entries), .prepare = prepare ? &prepare : nullptr};
  Lock lock(mutex_);
  if (auto admitted = admit(lock, mine.bytes, stop); !admitted) return admitted;
  queue_.push_back(&mine);
  queued_bytes_ += mine.bytes;
  mine.turn.wait(lock, [&] { return mine.done || (!writing_ && queue_.front() == &mine); });
  if (!mine.done) lead(lock);
  lock.unlock();
  if (mine.result && readers_) readers_->appended();
  return mine.result;
}

Result<> SegmentLog::admit(Lock& lock, std::uint64_t bytes, const std::stop_token& stop) {
  const auto header = encode_segment_header(end_).size();
  if (bytes + header > options_.max_bytes) {
    return fail(ErrorKind::invalid,
                "{} bytes at once do not fit into {}, which may hold {}; raise the outbox's limit", bytes,
                folder_.string(), options_.max_bytes);
  }
  while (bytes_ + queued_bytes_ + bytes + header > options_.max_bytes) {
    if (make_room(lock)) continue;
    const auto seen = changes_;
    ++waiting_;
    const bool changed = room_.wait(lock, stop, [&] { return changes_ != seen; });
    --waiting_;
    if (!changed)
      return fail(ErrorKind::cancelled, "stopped while the outbox's log {} was full", folder_.string());
  }
  return {};
}

bool SegmentLog::takes_now(std::span<const Entry> entries) const {
  std::lock_guard lock(mutex_);
  const auto header = encode_segment_header(end_).size();
  return options_.drop_oldest || bytes_ + queued_bytes_ + total_size(entries) + header <= options_.max_bytes;
}

// Deletes segments that nobody needs, else the oldest one if that is the policy. The newest can go too, but
// not while it is being written.
bool SegmentLog::make_room(Lock& lock) {
  if (segments_.empty()) return false;
  const auto needed = readers_ ? readers_->needed() : 0;
  std::size_t count = 0;
  while (count + 1 < segments_.size() && segments_[count + 1].start.sequence <= needed) ++count;
  const bool only_one = count + 1 == segments_.size();
  if (only_one && !writing_ && needed >= end_.sequence) ++count;
  if (count == 0 && options_.drop_oldest && (!only_one || !writing_)) count = 1;
  if (count > 0) retire(lock, count);
  return count > 0;
}

void SegmentLog::release() {
  Lock lock(mutex_);
  const auto needed = readers_ ? readers_->needed() : 0;
  std::size_t count = 0;
  while (count + 1 < segments_.size() && segments_[count + 1].start.sequence <= needed) ++count;
  ++changes_;
  room_.notify_all();
  if (count > 0) retire(lock, count);
}

// Readers keep that they are past the files before these are gone: a crash in between leaves files that
// nobody needs, and never sequences that nobody remembers.
void SegmentLog::retire(Lock& lock, std::size_t count) {
  std::vector<std::uint64_t> gone;
  for (; count > 0; --count) {
    gone.push_back(segments_.front().start.sequence);
    bytes_ -= segments_.front().bytes;
    segments_.pop_front();
  }
  if (segments_.empty()) file_.reset();
  second_ = segments_.size() > 1 ? segments_[1].start.sequence : UINT64_MAX;
  const Boundary start = start_locked();
  ++changes_;
  lock.unlock();
  room_.notify_all();
  if (readers_) readers_->retiring(start);
  for (const auto first : gone) (void)disk_.remove(segment_path(folder_, first));  // Or the next start does.
  lock.lock();
}

// The first in the queue writes for those behind it too, outside the lock; they stay in the queue until it is
// done.
void SegmentLog::lead(Lock& lock) {
  writing_ = true;
  const Group group = next_group();
  written_ = end_;
  lock.unlock();
  const auto result = write(group);
  lock.lock();
  if (result) commit();
  writing_ = false;
  for (Append* append : group) {
    queue_.pop_front();
    queued_bytes_ -= append->bytes;
    append->result = result;
    append->done = true;
    append->turn.notify_one();
  }
  if (!queue_.empty()) queue_.front()->turn.notify_one();
  ++changes_;
  room_.notify_all();
}

SegmentLog::Group SegmentLog::next_group() const {
  Group group;
  std::uint64_t bytes = 0;
  for (Append* append : queue_) {
    bytes += append->bytes;
    const bool alone = append->prepare || (!group.empty() && group.front()->prepare);
    if (!group.empty() && (alone || bytes > kGroupBytes)) break;
    group.push_back(append);
  }
  return group;
}

Result<> SegmentLog::write(const Group& group) {
  if (const auto* prepare = group.front()->prepare) {
    if (auto prepared = (*prepare)(written_.sequence); !prepared) return prepared;
  }
  const bool full = !fresh_ && file_end_ >= options_.segment_bytes;
  if (full || !file_) {
    if (auto begun = begin_file(); !begun) return begun;
  } else {
    buffer_.clear();
  }
  const auto offset = fresh_ ? 0 : file_end_;
  const auto now = clock_.wall_ms();
  for (const Append* append : group) {
    for (const auto& entry : append->entries) {
      const bool more = &entry != &append->entries.back();
      encode_record(entry, written_.sequence++, now, more, buffer_);
      if (!entry.sink.empty()) ++written_.targeted[entry.sink];
    }
  }
  auto done = write_bytes(offset);
  if (done) file_end_ = offset + buffer_.size();
  if (buffer_.capacity() > 2 * kGroupBytes) std::string().swap(buffer_);
  return done;
}

// Leaves the header in buffer_.
Result<> SegmentLog::begin_file() {
  file_.reset();
  auto file = disk_.create(segment_path(folder_, written_.sequence));
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  fresh_ = true;
  buffer_ = encode_segment_header(written_);
  return {};
}

Result<> SegmentLog::write_bytes(std::uint64_t offset) {
  auto done = file_->write(offset, buffer_);
  if (!done) {
    cut();
    return done;
  }
  if (!options_.sync) return {};
  done = file_->sync();
  if (done && fresh_) done = disk_.sync_folder(folder_);
  if (!done) {
    cut();
    file_.reset();  // What a failed sync leaves on the disk is not known: no more goes into that file.
  }
  return done;
}

void SegmentLog::cut() {
  if (fresh_) {
    file_.reset();
    fresh_ = false;
    (void)disk_.remove(segment_path(folder_, end_.sequence));  // Or it is made empty when it is made again.
  } else if (!file_->truncate(file_end_)) {
    file_.reset();
  }
}

void SegmentLog::commit() {
  if (std::exchange(fresh_, false)) {
    segments_.push_back({.start = end_, .bytes = 0});
    if (segments_.size() == 2) second_ = end_.sequence;
  }
  bytes_ += file_end_ - segments_.back().bytes;
  segments_.back().bytes = file_end_;
  end_ = written_;
  next_ = end_.sequence;
}

std::optional<Extent> SegmentLog::extent(std::uint64_t sequence) const {
  std::lock_guard lock(mutex_);
  if (sequence >= end_.sequence || segments_.empty()) return std::nullopt;
  auto after = std::ranges::upper_bound(segments_, sequence, {},
                                        [](const Segment& segment) { return segment.start.sequence; });
  auto segment = after == segments_.begin() ? after++ : after - 1;
  return Extent{.first = segment->start.sequence,
                .next = after == segments_.end() ? end_.sequence : after->start.sequence,
                .bytes = segment->bytes};
}

Boundary SegmentLog::start_locked() const { return segments_.empty() ? end_ : segments_.front().start; }

Boundary SegmentLog::start() const {
  std::lock_guard lock(mutex_);
  return start_locked();
}

Boundary SegmentLog::end() const {
  std::lock_guard lock(mutex_);
  return end_;
}

std::uint64_t SegmentLog::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

std::uint64_t SegmentLog::bytes_after(std::uint64_t first, std::uint64_t offset) const {
  std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& segment : segments_) {
    if (segment.start.sequence > first) bytes += segment.bytes;
    if (segment.start.sequence == first) bytes += segment.bytes - std::min(offset, segment.bytes);
  }
  return bytes;
}

}  // namespace kinesight::publish::outbox

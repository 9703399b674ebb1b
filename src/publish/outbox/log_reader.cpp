#include "publish/outbox/log_reader.h"

#include <algorithm>
#include <utility>

namespace kinesight::publish::outbox {
namespace {

constexpr std::size_t kChunk = 256 * 1024;

}  // namespace

void LogReader::seek(std::uint64_t sequence, LogPosition hint) {
  sequence_ = sequence;
  hint_ = hint;
  extent_ = {};
  file_.reset();
}

Result<std::optional<LogRecord>> LogReader::next() {
  for (;;) {
    if (!file_ || offset_ >= extent_.bytes) {
      const auto more = find_more();
      if (!more) return std::unexpected(more.error());
      if (!*more) return std::nullopt;
    }
    auto record = here();
    if (!record) return record;
    if (*record && (*record)->sequence < extent_.next) {
      record_offset_ = offset_;
      offset_ += (*record)->size;
      if ((*record)->sequence < sequence_) continue;
      sequence_ = (*record)->sequence + 1;
      return record;
    }
    pass_file();
  }
}

/// Gets to bytes that were not read yet; false when there are none.
Result<bool> LogReader::find_more() {
  while (const auto extent = log_.extent(sequence_)) {
    if (!file_ || extent->first != extent_.first) {
      const auto entered = enter(*extent);
      if (!entered) return std::unexpected(entered.error());
      if (!*entered) continue;
    }
    extent_ = *extent;
    if (offset_ < extent_.bytes) return true;
    pass_file();
  }
  return false;
}

/// Nothing more in this file belongs to the log, as far as it goes now.
void LogReader::pass_file() {
  sequence_ = std::max(sequence_, extent_.next);
  offset_ = extent_.bytes;
}

/// False when the file is no longer there: its records are lost.
Result<bool> LogReader::enter(const Extent& extent) {
  auto file = ReadFile::open(segment_path(log_.folder(), extent.first));
  if (!file && file.error().kind == ErrorKind::not_found) {
    sequence_ = std::max(sequence_, extent.next);
    return false;
  }
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  extent_ = extent;
  sequence_ = std::max(sequence_, extent.first);
  buffer_.clear();
  offset_ = buffer_offset_ = 0;
  return follow_hint();
}

/// Goes to where the hint says that sequence_ is, if it is right.
Result<bool> LogReader::follow_hint() {
  const auto hint = std::exchange(hint_, {});
  if (hint.segment != extent_.first || hint.offset >= extent_.bytes) return true;
  offset_ = buffer_offset_ = hint.offset;
  const auto record = undamaged();
  if (!record) return std::unexpected(record.error());
  if (*record && (*record)->sequence == sequence_) return true;
  buffer_.clear();
  offset_ = buffer_offset_ = 0;
  return true;
}

/// Sees to it that `length` bytes from offset_ on are in the buffer, fewer where the extent ends.
Result<> LogReader::load(std::size_t length) {
  const auto left = static_cast<std::size_t>(extent_.bytes - offset_);
  length = std::min(length, left);
  if (loaded().size() >= length) return {};
  buffer_.erase(0, static_cast<std::size_t>(offset_ - buffer_offset_));
  buffer_offset_ = offset_;
  const auto wanted = std::min(std::max(length, kChunk), left);
  return file_->read(offset_ + buffer_.size(), wanted - buffer_.size(), buffer_);
}

Result<std::optional<LogRecord>> LogReader::here() {
  if (auto done = load(kRecordHead); !done) return std::unexpected(done.error());
  if (offset_ == 0) {
    if (const auto header = decode_segment_header(loaded())) {
      offset_ = header->size;
      if (auto done = load(kRecordHead); !done) return std::unexpected(done.error());
    }
  }
  if (offset_ >= extent_.bytes) return std::nullopt;
  auto record = undamaged();
  return record && !*record ? after_damage() : record;
}

Result<std::optional<LogRecord>> LogReader::undamaged() {
  if (auto done = load(kRecordHead); !done) return std::unexpected(done.error());
  const auto size = claimed_size(loaded());
  if (!size || *size > extent_.bytes - offset_) return std::nullopt;
  if (auto done = load(*size); !done) return std::unexpected(done.error());
  return decode_record(loaded());
}

Result<std::optional<LogRecord>> LogReader::after_damage() {
  if (auto done = load(static_cast<std::size_t>(extent_.bytes - offset_)); !done)
    return std::unexpected(done.error());
  const auto found = find_record(loaded(), 0, sequence_, extent_.next);
  if (!found) return std::nullopt;
  offset_ += found->offset;
  return found->record;
}

}  // namespace kinesight::publish::outbox

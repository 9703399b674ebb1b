// LogReader: goes through a segment log from record to record, over files that are gone and bytes that are
// damaged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "publish/outbox/disk.h"
#include "publish/outbox/segment_log.h"

namespace kinesight::publish::outbox {

/// Where a record lies.
struct LogPosition {
  std::uint64_t segment = 0;  ///< The first sequence of its file; 0 when it is not known.
  std::uint64_t offset = 0;
  bool operator==(const LogPosition&) const = default;
};

/// Used by one thread.
class LogReader {
 public:
  explicit LogReader(const SegmentLog& log) : log_(log) {}

  /// From `sequence` on; `hint` says where that is, if it still is there.
  void seek(std::uint64_t sequence, LogPosition hint = {});
  /// The next record there is; what is missing between two is lost. Nothing: no more was appended. It points
  /// into the reader until the next call. Errors: unavailable, denied.
  Result<std::optional<LogRecord>> next();
  /// Every record below this was read, or is lost.
  std::uint64_t sequence() const { return sequence_; }
  /// Where the record that next() gave begins.
  LogPosition position() const { return {.segment = extent_.first, .offset = record_offset_}; }
  /// Where the record after it will.
  LogPosition end() const { return {.segment = extent_.first, .offset = offset_}; }

 private:
  Result<bool> find_more();
  void pass_file();
  Result<bool> enter(const Extent& extent);
  Result<bool> follow_hint();
  Result<> load(std::size_t length);
  Result<std::optional<LogRecord>> here();
  Result<std::optional<LogRecord>> undamaged();
  Result<std::optional<LogRecord>> after_damage();
  std::string_view loaded() const {
    return std::string_view(buffer_).substr(static_cast<std::size_t>(offset_ - buffer_offset_));
  }

  const SegmentLog& log_;
  std::uint64_t sequence_ = 1;
  LogPosition hint_;
  Extent extent_;  // Of the file that is open; its bytes and next may have grown since.
  std::optional<ReadFile> file_;
  std::uint64_t offset_ = 0;  // Of the next record.
  std::uint64_t record_offset_ = 0;
  std::string buffer_;
  std::uint64_t buffer_offset_ = 0;  // In the file.
};

}  // namespace kinesight::publish::outbox

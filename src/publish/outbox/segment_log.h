// SegmentLog: entries in files, appended at the end of the newest, deleted a file at a time from the oldest.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "publish/outbox/disk.h"
#include "publish/outbox/segment.h"

namespace kinesight::publish::outbox {

/// How a log is kept.
struct LogOptions {
  std::uint64_t max_bytes = 0;      ///< Of all its files.
  std::uint64_t segment_bytes = 0;  ///< A file that has as many is followed by a new one.
  bool drop_oldest = true;          ///< When it is full: drops the oldest file; else append() waits.
  bool sync = true;                 ///< append() returns when the entries are on the disk itself.
};

/// What a log asks of those that read it, and tells them. From any thread.
class LogReaders {
 public:
  virtual ~LogReaders() = default;
  /// The first sequence that one of them still needs. Called under the log's lock: takes no lock itself.
  virtual std::uint64_t needed() const = 0;
  /// What lies before `start` is about to be deleted; they keep that they are past it.
  virtual void retiring(const Boundary& start) = 0;
  /// There is more to read.
  virtual void appended() = 0;
};

/// Part of a log that can be read: records from `first` to before `next`, in the first `bytes` of a file.
struct Extent {
  std::uint64_t first = 0;
  std::uint64_t next = 0;
  std::uint64_t bytes = 0;
};

/// Any number of threads append; the first of those that wait writes for all of them (group commit).
///
/// The records of one append are in one file. A write that fails is cut off again; when the disk does not
/// even do that, or when a sync failed, what follows goes into a new file, and readers know where the old one
/// ends by where the new one begins.
class SegmentLog {
 public:
  /// The sequences of new entries are at least `floor`, whatever is left in the files. A torn end is cut off.
  /// Errors: those of Disk.
  static Result<std::unique_ptr<SegmentLog>> open(Disk& disk, Clock& clock, std::filesystem::path folder,
                                                  LogOptions options, std::uint64_t floor);

  /// Must be called before the first append(), and outlive the last.
  void set_readers(LogReaders* readers) { readers_ = readers; }

  /// Is run by append() when it is known which sequences its entries get, before they are written; its error
  /// is append()'s.
  using Prepare = std::function<Result<>(std::uint64_t first)>;
  /// As Outbox::append().
  Result<> append(std::span<const Entry> entries, std::stop_token stop, const Prepare& prepare = {});

  /// Whether append() would not wait for room.
  bool takes_now(std::span<const Entry> entries) const;
  /// Deletes the files that nobody needs any more, and lets those who wait for room look again.
  void release();
  /// Whether release() has something to do when everything below `needed` is done. Costs nothing.
  bool can_release(std::uint64_t needed) const {
    return needed >= second_.load(std::memory_order_relaxed) || waiting_.load(std::memory_order_relaxed) > 0;
  }

  /// The next sequence to be given: all below are on disk.
  std::uint64_t next() const { return next_.load(); }
  /// What holds `sequence`, or what is later; nothing when there is nothing later.
  std::optional<Extent> extent(std::uint64_t sequence) const;
  /// Where the oldest record is, and where the next one will be.
  Boundary start() const;
  Boundary end() const;
  std::uint64_t bytes() const;
  /// Bytes from a place in the file that begins with `first` to the end.
  std::uint64_t bytes_after(std::uint64_t first, std::uint64_t offset) const;
  /// What open() cut off.
  std::uint64_t torn_bytes() const { return torn_bytes_; }

  const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Segment {
    Boundary start;
    std::uint64_t bytes = 0;
  };
  struct Append;
  using Group = std::vector<Append*>;

  SegmentLog(Disk& disk, Clock& clock, std::filesystem::path folder, LogOptions options)
      : disk_(disk), clock_(clock), folder_(std::move(folder)), options_(options) {}
  Result<> load(std::uint64_t floor);
  Result<> load_newest(std::vector<SegmentFile>& files, std::uint64_t floor);

  using Lock = std::unique_lock<std::mutex>;
  Result<> admit(Lock& lock, std::uint64_t bytes, const std::stop_token& stop);
  bool make_room(Lock& lock);
  void retire(Lock& lock, std::size_t count);
  void lead(Lock& lock);
  Group next_group() const;
  Result<> write(const Group& group);
  Result<> write_bytes(std::uint64_t offset);
  Result<> begin_file();
  void cut();
  void commit();
  Boundary start_locked() const;

  Disk& disk_;
  Clock& clock_;
  const std::filesystem::path folder_;
  const LogOptions options_;
  LogReaders* readers_ = nullptr;
  std::uint64_t torn_bytes_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable_any room_;
  std::deque<Append*> queue_;
  std::uint64_t queued_bytes_ = 0;
  bool writing_ = false;
  std::uint64_t changes_ = 0;    // Counts what may have made room.
  std::atomic<int> waiting_{0};  // For room.
  std::deque<Segment> segments_;
  std::uint64_t bytes_ = 0;  // Of all segments.
  Boundary end_;
  std::atomic<std::uint64_t> next_{1};
  std::atomic<std::uint64_t> second_{UINT64_MAX};  // First sequence of the second oldest segment.

  // The writer's, who is one at a time: `writing_` says that there is one.
  std::unique_ptr<DiskFile> file_;  // The newest segment's; none: the next write begins a new one.
  bool fresh_ = false;              // It has no record yet, and is not among segments_.
  std::uint64_t file_end_ = 0;
  Boundary written_;  // end_, once the group is on disk.
  std::string buffer_;
};

}  // namespace kinesight::publish::outbox

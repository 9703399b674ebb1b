// The cursor file: what one sink has of a log, kept so that a crash at any instant leaves it readable.
//
// Two slots, at 0 and at kSlotBytes, are written in turn; the one with the higher generation counts. A slot:
//
//   offset  size
//        0     8  "KSOBCUR1"
//        8     8  checksum: XXH3-64 of what follows
//       16     4  length: bytes that follow the first twenty
//       20     8  generation
//       28  10x8  base, next, suspect_until, segment, offset, oldest_ms, delivered, dead, dropped, uncertain
//      108        the sequences below `next` that are not done, ascending: for each a number of seven-bit
//                 groups, twice its distance from the one before (the first: from 0), plus 1 when it is
//                 being sent
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "publish/outbox/disk.h"
#include "publish/outbox/log_reader.h"

namespace kinesight::publish::outbox {

/// An entry that a sink has not got yet.
struct Outstanding {
  std::uint64_t sequence = 0;
  bool sending = false;  ///< It was sent, and nobody knows what became of it.
  bool operator==(const Outstanding&) const = default;
};

/// How far a sink is. Entries below `next` that are not outstanding are done: delivered, dead or dropped.
/// Of the sink's entries, base + delivered + dead + dropped + outstanding.size() lie before `next`.
struct CursorState {
  std::uint64_t base = 0;           ///< Entries that were appended before the sink was new.
  std::uint64_t next = 1;           ///< From here on it was sent none.
  std::uint64_t suspect_until = 0;  ///< Entries before this may have been sent: an older cursor was damaged.
  LogPosition position{};           ///< Of the first that is not done.
  std::int64_t oldest_ms = 0;       ///< When that one was accepted; 0 when it is not known.
  std::uint64_t delivered = 0;
  std::uint64_t dead = 0;
  std::uint64_t dropped = 0;
  std::uint64_t uncertain = 0;
  std::vector<Outstanding> outstanding{};

  std::uint64_t done() const { return delivered + dead + dropped; }
  bool operator==(const CursorState&) const = default;
};

inline constexpr std::size_t kSlotBytes = 128 * 1024;

/// Used by one thread.
class CursorFile {
 public:
  /// A file that begins with `state`; it is there whole or not at all.
  static Result<CursorFile> create(Disk& disk, const std::filesystem::path& path, const CursorState& state,
                                   bool sync);
  /// What `path` holds; nothing when neither slot is whole. Error: not_found.
  static Result<std::optional<CursorState>> read(const std::filesystem::path& path);
  /// To go on with the file that `path` holds. Error also: corrupt, when neither slot is whole.
  static Result<CursorFile> open(Disk& disk, const std::filesystem::path& path);

  /// Writes `state` over the older slot.
  Result<> write(const CursorState& state);
  /// Returns when what was written is on the disk.
  Result<> sync();

 private:
  CursorFile(std::unique_ptr<DiskFile> file, std::uint64_t generation)
      : file_(std::move(file)), generation_(generation) {}
  std::unique_ptr<DiskFile> file_;
  std::uint64_t generation_;
  std::string buffer_;
};

}  // namespace kinesight::publish::outbox

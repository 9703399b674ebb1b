// A segment: one file of a log. Its name is the sequence of its first record; it begins with a header:
//
//   offset  size
//        0     8  "KSOBSEG1"
//        8     4  length: bytes of the header after the first sixteen
//       12     4  checksum: low half of the XXH3-64 of those bytes
//       16     8  sequence of the first record
//       24        for each sink that had entries of its own before: its name (2 bytes length, text), how many
//       (8)
//
// Then records follow. The counts of the header, and the sequences, say how many entries each sink was given
// before any segment, without reading it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/outbox/log_record.h"

namespace kinesight::publish::outbox {

/// How many entries of a log were for one sink alone, by sink.
using Targeted = std::map<std::string, std::uint64_t, std::less<>>;

/// A place between two records of a log, and what lies before it.
struct Boundary {
  std::uint64_t sequence = 1;  ///< Of the record after it.
  Targeted targeted{};

  /// How many entries before it were for `sink`: all but those for another sink alone.
  std::uint64_t accepted(std::string_view sink) const;
};

/// The header of a segment that begins at `start`.
std::string encode_segment_header(const Boundary& start);

/// What a header says, and its size.
struct SegmentHeader {
  Boundary start;
  std::size_t size = 0;
};
/// Nothing when it is cut or damaged.
std::optional<SegmentHeader> decode_segment_header(std::string_view bytes);

/// A segment's file.
struct SegmentFile {
  std::uint64_t first = 0;
  std::filesystem::path path{};
  std::uint64_t bytes = 0;
};
/// `folder`/00000000000000000042.log
std::filesystem::path segment_path(const std::filesystem::path& folder, std::uint64_t first);
/// The segments of a log, the oldest first; other files are left alone. None: no such folder.
Result<std::vector<SegmentFile>> list_segments(const std::filesystem::path& folder);

/// Goes from record to record of a segment, over what is damaged.
class RecordWalk {
 public:
  /// From `offset` on; records with a sequence below `low` are passed over.
  RecordWalk(std::string_view bytes, std::size_t offset, std::uint64_t low)
      : bytes_(bytes), end_(offset), low_(low) {}
  /// The next whole record, if there is one more.
  std::optional<LogRecord> next();
  /// Where the last one ended.
  std::size_t end() const { return end_; }

 private:
  std::string_view bytes_;
  std::size_t end_;
  std::uint64_t low_;
};

/// What is in a segment, up to the end of its last whole append.
struct SegmentContents {
  std::size_t bytes = 0;  ///< 0 when not even its header is whole.
  Boundary start{};
  Boundary end{};
  bool has_header = true;
};
/// Looks through the bytes of the segment whose name says `first`.
SegmentContents scan_segment(std::string_view bytes, std::uint64_t first);

}  // namespace kinesight::publish::outbox

// How a log is found again: after a proper end, after kill -9, after a power cut, after damage.
#include <algorithm>

#include "publish/outbox/segment_log.h"

namespace kinesight::publish::outbox {
namespace {

constexpr std::size_t kHeaderBytes = 64 * 1024;  // More than any header has.

/// What the header of a segment says; where it is damaged, what the segment before it said.
Result<Boundary> start_of(const SegmentFile& segment, const Boundary& before) {
  auto file = ReadFile::open(segment.path);
  if (!file) return std::unexpected(file.error());
  std::string bytes;
  if (auto read = file->read(0, kHeaderBytes, bytes); !read) return std::unexpected(read.error());
  const auto header = decode_segment_header(bytes);
  if (header && header->start.sequence == segment.first) return header->start;
  return Boundary{.sequence = segment.first, .targeted = before.targeted};
}

}  // namespace

Result<std::unique_ptr<SegmentLog>> SegmentLog::open(Disk& disk, Clock& clock, std::filesystem::path folder,
                                                     LogOptions options, std::uint64_t floor) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return disk_error(error.value(), "make the folder", folder);
  std::unique_ptr<SegmentLog> log(new SegmentLog(disk, clock, std::move(folder), options));
  if (auto loaded = log->load(floor); !loaded) return std::unexpected(loaded.error());
  return log;
}

Result<> SegmentLog::load(std::uint64_t floor) {
  auto files = list_segments(folder_);
  if (!files) return std::unexpected(files.error());
  if (auto loaded = load_newest(*files, floor); !loaded) return loaded;
  Boundary before;
  for (const auto& file : *files) {
    auto start = start_of(file, before);
    if (!start) return std::unexpected(start.error());
    before = *start;
    segments_.push_back({.start = std::move(*start), .bytes = file.bytes});
    bytes_ += file.bytes;
  }
  if (segments_.size() > 1) second_ = segments_[1].start.sequence;
  next_ = end_.sequence;
  return {};
}

// Finds the end of the log in the newest file that has a record. Files without one go: nothing in them was
// ever acknowledged, or it is lost, and then the sequences that their names speak of are not given again.
Result<> SegmentLog::load_newest(std::vector<SegmentFile>& files, std::uint64_t floor) {
  for (; !files.empty(); files.pop_back()) {
    auto& newest = files.back();
    const auto bytes = read_file(newest.path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto contents = scan_segment(*bytes, newest.first);
    torn_bytes_ += bytes->size() - contents.bytes;
    if (contents.end.sequence > newest.first) {
      end_ = contents.end;
      newest.bytes = file_end_ = contents.bytes;
      break;
    }
    floor = std::max(floor, newest.first);
    if (auto removed = disk_.remove(newest.path); !removed) return removed;
  }
  if (!files.empty()) {
    auto file = disk_.open(files.back().path);
    if (!file) return std::unexpected(file.error());
    if (auto cut = (*file)->truncate(file_end_); !cut) return cut;
    // A gap between two records of one file would read as damage; between two files it is one as well, and
    // each file says by itself where it begins.
    if (floor <= end_.sequence) file_ = std::move(*file);
  }
  end_.sequence = std::max(end_.sequence, floor);
  return {};
}

}  // namespace kinesight::publish::outbox

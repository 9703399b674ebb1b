#include "publish/outbox/segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "publish/outbox/bytes.h"

namespace kinesight::publish::outbox {
namespace {

constexpr std::string_view kMagic = "KSOBSEG1";
constexpr std::size_t kBeforeBody = 16;
constexpr std::size_t kDigits = 20;
constexpr std::string_view kEnding = ".log";

std::optional<std::uint64_t> sequence_of(const std::string& name) {
  if (name.size() != kDigits + kEnding.size() || !name.ends_with(kEnding)) return std::nullopt;
  std::uint64_t first = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, first);
  if (error != std::errc() || end != name.data() + kDigits || first == 0) return std::nullopt;
  return first;
}

}  // namespace

std::uint64_t Boundary::accepted(std::string_view sink) const {
  std::uint64_t accepted = sequence - 1;
  for (const auto& [other, count] : targeted) {
    if (other != sink) accepted -= std::min(count, accepted);
  }
  return accepted;
}

std::string encode_segment_header(const Boundary& start) {
  std::string bytes(kMagic);
  put(bytes, std::uint32_t{0});
  put(bytes, std::uint32_t{0});
  put(bytes, start.sequence);
  for (const auto& [sink, count] : start.targeted) {
    put(bytes, static_cast<std::uint16_t>(sink.size()));
    bytes += sink;
    put(bytes, count);
  }
  const auto body = std::string_view(bytes).substr(kBeforeBody);
  put_at(bytes, 8, static_cast<std::uint32_t>(body.size()));
  put_at(bytes, 12, static_cast<std::uint32_t>(checksum(body)));
  return bytes;
}

std::optional<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (bytes.size() < kBeforeBody + sizeof(std::uint64_t) || !bytes.starts_with(kMagic)) return std::nullopt;
  const std::size_t length = get<std::uint32_t>(bytes, 8);
  if (length < sizeof(std::uint64_t) || length > bytes.size() - kBeforeBody) return std::nullopt;
  std::string_view body = bytes.substr(kBeforeBody, length);
  if (get<std::uint32_t>(bytes, 12) != static_cast<std::uint32_t>(checksum(body))) return std::nullopt;
  SegmentHeader header{.start = {.sequence = get<std::uint64_t>(body, 0)}, .size = kBeforeBody + length};
  body.remove_prefix(sizeof(std::uint64_t));
  while (!body.empty()) {
    if (body.size() < sizeof(std::uint16_t)) return std::nullopt;
    const std::size_t name = get<std::uint16_t>(body, 0);
    body.remove_prefix(sizeof(std::uint16_t));
    if (body.size() < name + sizeof(std::uint64_t)) return std::nullopt;
    header.start.targeted[std::string(body.substr(0, name))] = get<std::uint64_t>(body, name);
    body.remove_prefix(name + sizeof(std::uint64_t));
  }
  return header;
}

std::filesystem::path segment_path(const std::filesystem::path& folder, std::uint64_t first) {
  return folder / fmt::format("{:0{}}{}", first, kDigits, kEnding);
}

Result<std::vector<SegmentFile>> list_segments(const std::filesystem::path& folder) {
  std::vector<SegmentFile> segments;
  std::error_code error;
  if (!std::filesystem::exists(folder, error) && !error) return segments;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const auto first = sequence_of(files->path().filename().string());
    if (!first) continue;
    std::error_code gone;
    const auto bytes = files->file_size(gone);
    if (!gone) segments.push_back({.first = *first, .path = files->path(), .bytes = bytes});
  }
  if (error) {
    return fail(error == std::errc::permission_denied ? ErrorKind::denied : ErrorKind::unavailable,
                "cannot look into the outbox's folder {}: {}", folder.string(), error.message());
  }
  std::ranges::sort(segments, {}, &SegmentFile::first);
  return segments;
}

std::optional<LogRecord> RecordWalk::next() {
  // Nothing is later than a file full of the shortest records could be.
  const std::uint64_t high = low_ + (bytes_.size() - end_) / kRecordHead + 1;
  auto record = decode_record(bytes_.substr(end_));
  while (record && record->sequence < low_) {
    end_ += record->size;
    record = decode_record(bytes_.substr(end_));
  }
  if (!record) {
    const auto found = find_record(bytes_, end_, low_, high);
    if (!found) return std::nullopt;
    end_ = found->offset;
    record = found->record;
  }
  end_ += record->size;
  low_ = record->sequence + 1;
  return record;
}

SegmentContents scan_segment(std::string_view bytes, std::uint64_t first) {
  SegmentContents contents{.start = {.sequence = first}, .end = {.sequence = first}};
  const auto header = decode_segment_header(bytes);
  contents.has_header = header && header->start.sequence == first;
  if (contents.has_header) {
    contents.bytes = header->size;
    contents.start = contents.end = header->start;
  }
  RecordWalk walk(bytes, contents.bytes, first);
  Boundary reached = contents.start;
  while (const auto record = walk.next()) {
    reached.sequence = record->sequence + 1;
    if (!record->sink.empty()) ++reached.targeted[std::string(record->sink)];
    if (record->more) continue;
    contents.end = reached;
    contents.bytes = walk.end();
  }
  return contents;
}

}  // namespace kinesight::publish::outbox

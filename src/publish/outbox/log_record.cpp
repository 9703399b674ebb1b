#include "publish/outbox/log_record.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <limits>

#include "publish/outbox/bytes.h"

namespace kinesight::publish::outbox {
namespace {

constexpr std::size_t kBeforeBody = 8;  // Length and checksum.
constexpr std::uint16_t kMore = 1;
constexpr std::size_t kLongest = std::numeric_limits<std::uint16_t>::max();

std::uint32_t body_checksum(std::string_view body) { return static_cast<std::uint32_t>(checksum(body)); }

}  // namespace

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Entry LogRecord::entry() const {
  return {.sequence = sequence,
          .accepted_ms = accepted_ms,
          .key = std::string(key),
          .name = std::string(name),
          .sink = std::string(sink),
          .payload = std::string(payload)};
}

std::size_t record_size(const Entry& entry) {
  return kRecordHead + entry.key.size() + entry.name.size() + entry.sink.size() + entry.payload.size();
}

bool fits_in_record(const Entry& entry) {
  return entry.key.size() <= kLongest && entry.name.size() <= kLongest && entry.sink.size() <= kLongest &&
         record_size(entry) <= std::numeric_limits<std::uint32_t>::max();
}

void encode_record(const Entry& entry, std::uint64_t sequence, std::int64_t accepted_ms, bool more,
                   std::string& into) {
  const std::size_t begin = into.size();
  put(into, static_cast<std::uint32_t>(record_size(entry) - kBeforeBody));
  put(into, std::uint32_t{0});
  put(into, sequence);
  put(into, accepted_ms);
  put(into, static_cast<std::uint16_t>(entry.key.size()));
  put(into, static_cast<std::uint16_t>(entry.name.size()));
  put(into, static_cast<std::uint16_t>(entry.sink.size()));
  put(into, static_cast<std::uint16_t>(more ? kMore : 0));
  into.append(entry.key).append(entry.name).append(entry.sink).append(entry.payload);
  put_at(into, begin + 4, body_checksum(std::string_view(into).substr(begin + kBeforeBody)));
}

std::optional<std::size_t> claimed_size(std::string_view bytes) {
  if (bytes.size() < kRecordHead) return std::nullopt;
  const std::size_t size = kBeforeBody + std::size_t{get<std::uint32_t>(bytes, 0)};
  const std::size_t names = std::size_t{get<std::uint16_t>(bytes, 24)} + get<std::uint16_t>(bytes, 26) +
                            get<std::uint16_t>(bytes, 28);
  if (size < kRecordHead + names) return std::nullopt;
  return size;
}

std::optional<LogRecord> decode_record(std::string_view bytes) {
  const auto size = claimed_size(bytes);
  if (!size || *size > bytes.size()) return std::nullopt;
  if (get<std::uint32_t>(bytes, 4) != body_checksum(bytes.substr(kBeforeBody, *size - kBeforeBody)))
    return std::nullopt;
  std::string_view rest = bytes.substr(kRecordHead, *size - kRecordHead);
  const auto take = [&rest](std::size_t length) {
    const auto taken = rest.substr(0, length);
    rest.remove_prefix(length);
    return taken;
  };
  LogRecord record;
  record.sequence = get<std::uint64_t>(bytes, 8);
  record.accepted_ms = get<std::int64_t>(bytes, 16);
  record.key = take(get<std::uint16_t>(bytes, 24));
  record.name = take(get<std::uint16_t>(bytes, 26));
  record.sink = take(get<std::uint16_t>(bytes, 28));
  record.payload = rest;
  record.more = (get<std::uint16_t>(bytes, 30) & kMore) != 0;
  record.size = *size;
  return record;
}

std::optional<Found> find_record(std::string_view bytes, std::size_t offset, std::uint64_t low,
                                 std::uint64_t high) {
  for (; offset + kRecordHead <= bytes.size(); ++offset) {
    // The sequence is the cheap check: hardly any other eight bytes are in so narrow a range.
    const auto sequence = get<std::uint64_t>(bytes, offset + 8);
    if (sequence < low || sequence >= high) continue;
    if (const auto record = decode_record(bytes.substr(offset))) return Found{offset, *record};
  }
  return std::nullopt;
}

}  // namespace kinesight::publish::outbox

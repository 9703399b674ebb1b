// Where the picture of a frame lies, in every sink that keeps pictures. Pure: no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kinesight::event {

/// What keys begin with where nothing else is configured.
inline constexpr std::string_view kSnapshotPrefix = "snapshots";

/// {prefix}/{camera_id}/{yyyy}/{mm}/{dd}/{ts_ms}.jpg, in UTC; without a prefix and its slash when it is
/// empty.
std::string snapshot_key(std::string_view prefix, std::string_view camera_id, std::int64_t ts_ms);

/// A key taken apart.
struct SnapshotKey {
  std::string prefix;
  std::string camera_id;
  std::int64_t ts_ms = 0;

  bool operator==(const SnapshotKey&) const = default;
};

/// Reads what snapshot_key() made: of plain names alone (letters, digits, _ . -, neither "." nor ".."), 512
/// bytes at most, its date that of its time. Nothing for anything else.
std::optional<SnapshotKey> parse_snapshot_key(std::string_view key);

}  // namespace kinesight::event

#include "event/snapshot_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <vector>

namespace kinesight::event {
namespace {

constexpr std::size_t kLongestKey = 512;
constexpr std::string_view kSuffix = ".jpg";

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '-';
  });
}

/// "2026/01/31" of a time in UTC.
std::string day_path(std::int64_t ts_ms) {
  const auto day =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_time(std::chrono::milliseconds(ts_ms)));
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}/{:02}/{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<std::int64_t> time_of(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  std::int64_t ts_ms = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), ts_ms);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return ts_ms;
}

/// Takes the part after the last slash off `path`.
std::string_view pop_name(std::string_view& path) {
  const auto slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  return name;
}

bool is_plain_path(std::string_view path) {
  while (!path.empty()) {
    if (!is_plain_name(pop_name(path))) return false;
  }
  return true;
}

}  // namespace

std::string snapshot_key(std::string_view prefix, std::string_view camera_id, std::int64_t ts_ms) {
  return fmt::format("{}{}{}/{}/{}{}", prefix, prefix.empty() ? "" : "/", camera_id, day_path(ts_ms), ts_ms,
                     kSuffix);
}

std::optional<SnapshotKey> parse_snapshot_key(std::string_view key) {
  if (key.size() > kLongestKey || key.starts_with('/')) return std::nullopt;
  std::string_view rest = key;
  const auto ts_ms = time_of(pop_name(rest));
  if (!ts_ms) return std::nullopt;
  for (int part = 0; part < 3; ++part) pop_name(rest);  // The day, which the comparison below checks.
  const std::string_view camera_id = pop_name(rest);
  if (!is_plain_name(camera_id) || !is_plain_path(rest)) return std::nullopt;
  SnapshotKey parsed{std::string(rest), std::string(camera_id), *ts_ms};
  if (snapshot_key(parsed.prefix, parsed.camera_id, parsed.ts_ms) != key) return std::nullopt;
  return parsed;
}

}  // namespace kinesight::event

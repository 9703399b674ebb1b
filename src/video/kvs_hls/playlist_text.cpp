#include "video/kvs_hls/playlist_text.h"

#include <charconv>
#include <cmath>
#include <string>

#include "event/moment.h"

namespace kinesight::video::kvs_hls {
namespace {

constexpr double kLongestSeconds = 3600;
constexpr std::size_t kLongestShown = 40;

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string_view> PlaylistLines::next() {
  if (rest_.empty()) return std::nullopt;
  const auto end = rest_.find('\n');
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++number_;
  return line;
}

PlaylistTag split_tag(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {line, {}};
  return {line.substr(0, colon), line.substr(colon + 1)};
}

std::optional<std::string_view> attribute(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto equals = list.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string_view found = list.substr(0, equals);
    while (found.starts_with(' ')) found.remove_prefix(1);
    list.remove_prefix(equals + 1);
    const bool quoted = list.starts_with('"');
    if (quoted) list.remove_prefix(1);
    const auto end = list.find(quoted ? '"' : ',');
    if (quoted && end == std::string_view::npos) return std::nullopt;  // The quote never ends.
    if (found == name) return list.substr(0, end);
    const auto comma = end == std::string_view::npos ? end : list.find(',', end);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  const auto value = parse_number<std::int64_t>(text);
  return value && *value >= 0 ? value : std::nullopt;
}

std::optional<double> parse_playlist_seconds(std::string_view text) {
  const auto value = parse_number<double>(text);
  if (!value || !(*value >= 0 && *value <= kLongestSeconds)) return std::nullopt;  // NaN is neither.
  return std::abs(*value);                                                         // "-0" is 0.
}

std::optional<double> parse_date_time(std::string_view text) {
  // Moments may also be "1h" or a count of milliseconds.
  constexpr std::string_view kShortest = "2026-01-31T12:00";
  if (text.size() < kShortest.size() || text[10] != 'T') return std::nullopt;
  const auto moment = event::parse_moment(text, 0);
  if (!moment) return std::nullopt;
  return static_cast<double>(*moment) / 1000.0;
}

std::string found_text(std::string_view text) {
  const bool plain =
      text.size() <= kLongestShown && text.find_first_not_of("0123456789.:+-TZ ") == std::string_view::npos;
  return plain ? fmt::format("'{}'", text) : fmt::format("{} other characters", text.size());
}

}  // namespace kinesight::video::kvs_hls

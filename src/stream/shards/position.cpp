#include "stream/shards/position.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace kinesight::stream {
namespace {

constexpr std::string_view kLatest = "LATEST";
constexpr std::string_view kTrimHorizon = "TRIM_HORIZON";
constexpr std::string_view kAtTimestamp = "AT_TIMESTAMP ";
constexpr std::string_view kEnded = "SHARD_END";

/// The number that `text` is, and nothing but it.
std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

/// "4959…57/3"
std::optional<Position> record_in(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  const auto sequence = text.substr(0, slash);
  const auto sub_sequence = number_in(text.substr(slash + 1));
  const bool digits = std::ranges::all_of(sequence, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || !sub_sequence || *sub_sequence < 0) return std::nullopt;
  return Position::after(sequence, *sub_sequence);
}

}  // namespace

std::string to_text(const Position& position) {
  switch (position.kind) {
    case Position::Kind::latest:
      return std::string(kLatest);
    case Position::Kind::trim_horizon:
      return std::string(kTrimHorizon);
    case Position::Kind::at_timestamp:
      return fmt::format("{}{}", kAtTimestamp, position.timestamp_ms);
    case Position::Kind::record:
      return fmt::format("{}/{}", position.sequence_number, position.sub_sequence);
    case Position::Kind::ended:
      return std::string(kEnded);
  }
  std::unreachable();
}

Result<Position> position_from_text(std::string_view text) {
  if (text == kLatest) return Position::latest();
  if (text == kTrimHorizon) return Position::trim_horizon();
  if (text == kEnded) return Position::ended();
  if (text.starts_with(kAtTimestamp)) {
    if (const auto ms = number_in(text.substr(kAtTimestamp.size()))) return Position::at(*ms);
  }
  if (auto record = record_in(text)) return std::move(*record);
  return fail(ErrorKind::corrupt,
              "checkpoint: expected LATEST, TRIM_HORIZON, SHARD_END, AT_TIMESTAMP and milliseconds, or a "
              "sequence number, a slash and a number, found '{}'",
              text.substr(0, 200));
}

aws::IteratorStart iterator_start(const Position& position) {
  switch (position.kind) {
    case Position::Kind::trim_horizon:
      return {.type = aws::IteratorType::trim_horizon};
    case Position::Kind::at_timestamp:
      return {.type = aws::IteratorType::at_timestamp, .timestamp_ms = position.timestamp_ms};
    case Position::Kind::record:
      return {.type = aws::IteratorType::at_sequence_number, .sequence_number = position.sequence_number};
    case Position::Kind::latest:
    case Position::Kind::ended:
      break;
  }
  return {.type = aws::IteratorType::latest};
}

}  // namespace kinesight::stream

#include "http/query_text.h"

#include <charconv>

#include "event/moment.h"

namespace kinesight::http {
namespace {

Result<std::size_t> parse_limit(const std::string& text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > kMaxEvents) {
    return fail(ErrorKind::invalid, "limit: expected a number from 1 to {}, found '{}'", kMaxEvents, text);
  }
  return limit;
}

Result<event::Order> parse_order(const std::string& text) {
  if (text == "newest") return event::Order::newest_first;
  if (text == "oldest") return event::Order::oldest_first;
  return fail(ErrorKind::invalid, "order: expected newest or oldest, found '{}'", text);
}

/// Puts a parsed value where it belongs, or passes the error on.
template <class Value, class Target>
Result<> put(Result<Value> value, std::string_view name, Target& target) {
  if (!value) {
    const bool named = value.error().message.starts_with(name);
    return named ? std::unexpected(value.error()) : wrap(value.error(), name);
  }
  target = std::move(*value);
  return {};
}

Result<> set(event::Query& query, const std::string& name, const std::string& value, std::int64_t now_ms) {
  if (name == "camera")
    query.camera_id = value;
  else if (name == "type")
    query.type = value;
  else if (name == "label")
    query.label = value;
  else if (name == "since")
    return put(event::parse_moment(value, now_ms), name, query.since_ms);
  else if (name == "until")
    return put(event::parse_moment(value, now_ms), name, query.until_ms);
  else if (name == "limit")
    return put(parse_limit(value), name, query.limit);
  else if (name == "order")
    return put(parse_order(value), name, query.order);
  else
    return fail(ErrorKind::invalid,
                "unknown parameter '{}': there are camera, type, label, since, until, limit, order", name);
  return {};
}

}  // namespace

Result<event::Query> parse_query(const std::multimap<std::string, std::string>& parameters,
                                 std::int64_t now_ms) {
  event::Query query;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    if (auto done = set(query, name, value, now_ms); !done) return std::unexpected(done.error());
  }
  return query;
}

Result<CoverageQuery> parse_coverage_query(const std::multimap<std::string, std::string>& parameters,
                                           std::int64_t now_ms) {
  constexpr std::int64_t kDayMs = 86'400'000;
  CoverageQuery query{.camera_id = {}, .since_ms = now_ms - kDayMs, .until_ms = now_ms};
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    Result<> done;
    if (name == "camera")
      query.camera_id = value;
    else if (name == "since")
      done = put(event::parse_moment(value, now_ms), name, query.since_ms);
    else if (name == "until")
      done = put(event::parse_moment(value, now_ms), name, query.until_ms);
    else
      done = fail(ErrorKind::invalid, "unknown parameter '{}': there are camera, since, until", name);
    if (!done) return std::unexpected(done.error());
  }
  if (query.since_ms >= query.until_ms) {
    return fail(ErrorKind::invalid, "since: expected a time before until, found {} and {}",
                event::format_moment(query.since_ms), event::format_moment(query.until_ms));
  }
  return query;
}

}  // namespace kinesight::http

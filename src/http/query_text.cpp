#include "http/query_text.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <span>

#include "event/moment.h"

namespace kinesight::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxWidth = 100'000;
constexpr const char* kText = R"({"type": "string"})";
/// As event::parse_moment() reads it.
constexpr const char* kMoment = R"({"anyOf": [
  {"type": "string", "pattern": "^(|now|[0-9]{1,5}[smhdw]|[0-9]{1,14})$", "examples": ["10m", "1769860800000"]},
  {"type": "string", "format": "date-time"}]})";

/// A parameter of a URL: how it is described, and where it goes.
template <class Query>
struct Parameter {
  std::string_view name;
  std::string_view description;
  std::string schema;  ///< Of its text.
  Result<> (*read)(Query& query, const std::string& text, std::int64_t now_ms);
};

/// Puts a parsed value where it belongs, or passes the error on.
template <class Value, class Target>
Result<> put(Result<Value> value, Target& target) {
  if (!value) return std::unexpected(value.error());
  target = std::move(*value);
  return {};
}

Result<std::int64_t> parse_number(const std::string& text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    return fail(ErrorKind::invalid, "expected a number from {} to {}, found '{}'", least, most, text);
  }
  return number;
}

std::string number_schema(std::int64_t least, std::int64_t most, std::optional<std::int64_t> otherwise) {
  Json schema = {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
  if (otherwise) schema["default"] = *otherwise;
  return schema.dump();
}

Result<event::Order> parse_order(const std::string& text) {
  if (text == "newest") return event::Order::newest_first;
  if (text == "oldest") return event::Order::oldest_first;
  return fail(ErrorKind::invalid, "expected newest or oldest, found '{}'", text);
}

template <auto member, class Query>
Result<> read_text(Query& query, const std::string& text, std::int64_t) {
  query.*member = text;
  return {};
}

template <auto member, class Query>
Result<> read_seconds(Query& query, const std::string& text, std::int64_t) {
  return put(parse_number(text, 0, kMaxFootageSeconds), query.*member);
}

template <auto member, class Query>
Result<> read_moment(Query& query, const std::string& text, std::int64_t now_ms) {
  if (text.empty()) return {};  // An empty field of a form.
  return put(event::parse_moment(text, now_ms), query.*member);
}

std::span<const Parameter<event::Query>> event_table() {
  using Query = event::Query;
  static const Parameter<Query> table[] = {
      {"camera", "Of this camera alone.", kText, read_text<&Query::camera_id>},
      {"type", "Of this type alone.", kText, read_text<&Query::type>},
      {"label", "With this label alone.", kText, read_text<&Query::label>},
      {"q",
       "With this somewhere in the camera's id, the type, the label or a text of the extras; A to Z are a to "
       "z.",
       kText, read_text<&Query::text>},
      {"since", "From then on: how long ago, an ISO time (UTC where no zone is given), or Unix milliseconds.",
       kMoment, read_moment<&Query::since_ms>},
      {"until", "Up to then, and not then itself; as since.", kMoment, read_moment<&Query::until_ms>},
      {"limit", "At most so many.", number_schema(1, kMaxEvents, 100),
       [](Query& query, const std::string& text, std::int64_t) {
         return put(parse_number(text, 1, kMaxEvents), query.limit);
       }},
      {"order", "Which come first.", R"({"enum": ["newest", "oldest"], "default": "newest"})",
       [](Query& query, const std::string& text, std::int64_t) {
         return put(parse_order(text), query.order);
       }},
  };
  return table;
}

std::span<const Parameter<CoverageQuery>> coverage_table() {
  using Query = CoverageQuery;
  static const Parameter<Query> table[] = {
      {"camera", "Of this camera alone.", kText, read_text<&Query::camera_id>},
      {"since", "From then on, 24h ago where it is not said; as of /api/events.", kMoment,
       read_moment<&Query::since_ms>},
      {"until", "Up to then, now where it is not said; after since.", kMoment, read_moment<&Query::until_ms>},
  };
  return table;
}

std::span<const Parameter<int>> width_table() {
  static const Parameter<int> table[] = {
      {"width", "At most so many pixels wide, in steps; 0: as wide as the source.",
       number_schema(0, kMaxWidth, 0), [](int& width, const std::string& text, std::int64_t) {
         return put(parse_number(text, 0, kMaxWidth), width);
       }}};
  return table;
}

std::span<const Parameter<FootageQuery>> footage_table() {
  using Query = FootageQuery;
  static const std::string schema = number_schema(0, kMaxFootageSeconds, std::nullopt);
  static const Parameter<Query> table[] = {
      {"before_seconds", "How long before the event it begins; at a fragment of the recording.", schema,
       read_seconds<&Query::before_seconds>},
      {"after_seconds", "How long after the event it ends.", schema, read_seconds<&Query::after_seconds>},
  };
  return table;
}

template <class Query>
std::string names_of(std::span<const Parameter<Query>> table) {
  std::string names;
  for (const auto& one : table) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
  return names;
}

template <class Query>
Result<Query> parse(Query query, std::span<const Parameter<Query>> table, const Parameters& parameters,
                    std::int64_t now_ms) {
  for (const auto& [name, text] : parameters) {
    const auto known = std::ranges::find(table, name, &Parameter<Query>::name);
    if (known == table.end()) {
      return fail(ErrorKind::invalid, "unknown parameter '{}': there are {}", name, names_of(table));
    }
    if (parameters.count(name) > 1) return fail(ErrorKind::invalid, "{}: expected one, found more", name);
    if (auto read = known->read(query, text, now_ms); !read) return wrap(read.error(), name);
  }
  return query;
}

template <class Query>
std::string describe(std::span<const Parameter<Query>> table) {
  Json list = Json::array();
  for (const auto& one : table) {
    list.push_back({{"name", one.name},
                    {"in", "query"},
                    {"required", false},
                    {"description", one.description},
                    {"schema", Json::parse(one.schema)}});
  }
  return list.dump();
}

}  // namespace

Result<event::Query> parse_query(const Parameters& parameters, std::int64_t now_ms) {
  return parse(event::Query(), event_table(), parameters, now_ms);
}

Result<CoverageQuery> parse_coverage_query(const Parameters& parameters, std::int64_t now_ms) {
  constexpr std::int64_t kDayMs = 86'400'000;
  const auto query = parse(CoverageQuery{.camera_id = {}, .since_ms = now_ms - kDayMs, .until_ms = now_ms},
                           coverage_table(), parameters, now_ms);
  if (query && query->since_ms >= query->until_ms) {
    return fail(ErrorKind::invalid, "since: expected a time before until, found {} and {}",
                event::format_moment(query->since_ms), event::format_moment(query->until_ms));
  }
  return query;
}

Result<FootageQuery> parse_footage_query(const Parameters& parameters) {
  return parse(FootageQuery(), footage_table(), parameters, 0);
}

Result<int> parse_width(const Parameters& parameters) { return parse(0, width_table(), parameters, 0); }

std::string query_parameters() { return describe(event_table()); }
std::string coverage_parameters() { return describe(coverage_table()); }
std::string footage_parameters() { return describe(footage_table()); }
std::string width_parameters() { return describe(width_table()); }

}  // namespace kinesight::http

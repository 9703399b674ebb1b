#include "clips/task_fields.h"

#include <cmath>
#include <limits>
#include <set>

#include "config/cameras_file.h"
#include "event/moment.h"

namespace kinesight::clips {
namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 64;
constexpr std::size_t kShownBytes = 80;
constexpr std::size_t kMaxNameBytes = 1024;   // KVS: a name has 256 characters, an ARN 1024.
constexpr double kLastSecond = 253402300799;  // 9999-12-31T23:59:59Z.

/// A value as an error shows it: short.
std::string shown(const Json* value) {
  if (!value) return "nothing";
  std::string text = value->dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "…";
  return text;
}

std::unexpected<Error> wrong(std::string_view field, std::string_view expected, const Json* found) {
  return fail(ErrorKind::invalid, "{}: expected {}, found {}", field, expected, shown(found));
}

/// parse_moment() reads more than dates.
bool is_date(std::string_view text) { return text.size() > 10 && text[4] == '-'; }

/// The text of the value of `key` in the object that `json` (which is JSON) is; empty when the key is written
/// in another way (with escapes).
std::string_view raw_value(std::string_view json, std::string_view key) {
  std::size_t depth = 0, string_begin = 0, value_begin = 0;
  bool in_string = false, ours = false;
  std::string_view last_string;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c != '"') continue;
      in_string = false;
      last_string = json.substr(string_begin, i - string_begin);
    } else if (c == '"') {
      in_string = true;
      string_begin = i + 1;
    } else if (c == '{' || c == '[') {
      if (depth == 1 && ours) value_begin = i;
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
      if (depth == 1 && ours) return json.substr(value_begin, i + 1 - value_begin);
    } else if (depth == 1 && c == ':') {
      ours = last_string == key;
    }
  }
  return {};
}

/// The whole message, or why it is none.
Result<Json> parse_object(std::string_view text) {
  std::set<std::string> keys;
  std::string twice;
  bool deep = false;
  const auto each = [&](int depth, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    deep = deep || (depth >= kMaxDepth && (event == Event::array_start || event == Event::object_start));
    if (event == Event::key && depth == 1 && !keys.insert(value.get<std::string>()).second) {
      twice = value.get<std::string>();
    }
    return !deep;  // What is deeper is not kept.
  };
  try {
    Json json = Json::parse(text, each);
    if (deep) return fail(ErrorKind::invalid, "the task: expected JSON at most {} deep", kMaxDepth);
    if (!twice.empty()) {
      return fail(ErrorKind::invalid, "{}: expected it once, found it twice", twice.substr(0, kShownBytes));
    }
    if (!json.is_object()) return wrong("the task", "a JSON object", &json);
    return json;
  } catch (const Json::exception& error) {
    return fail(ErrorKind::invalid, "the task: expected JSON: {}",
                std::string_view(error.what()).substr(0, 200));
  }
}

}  // namespace

Result<TaskFields> TaskFields::parse(std::string_view json) {
  if (json.size() > kMaxTaskBytes) {
    return fail(ErrorKind::invalid, "the task: expected at most {} bytes, found {}", kMaxTaskBytes,
                json.size());
  }
  auto object = parse_object(json);
  if (!object) return std::unexpected(object.error());
  return TaskFields(std::move(*object), json);
}

std::vector<std::string> TaskFields::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : object_.items()) names.push_back(name);
  return names;
}

const Json* TaskFields::find(const char* field) const {
  const auto value = object_.find(field);
  return value == object_.end() || value->is_null() ? nullptr : &*value;
}

Result<std::string> TaskFields::text(const char* field) const {
  const Json* value = find(field);
  if (!value) return std::string();
  const auto* text = value->get_ptr<const std::string*>();
  if (!text || text->size() > kMaxNameBytes || text->find('\0') != std::string::npos) {
    return wrong(field, "a text of at most 1024 bytes", value);
  }
  return *text;
}

Result<std::int64_t> TaskFields::integer(const char* field) const {
  const Json* value = find(field);
  const bool fits = value && value->is_number_integer() &&
                    (!value->is_number_unsigned() ||
                     value->get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
  if (!fits) return wrong(field, "a whole number", value);
  return value->get<std::int64_t>();
}

Result<std::int64_t> TaskFields::time(const char* field) const {
  const Json* value = find(field);
  if (value && value->is_number()) {
    const auto seconds = value->get<double>();
    if (seconds >= 0 && seconds <= kLastSecond) return std::llround(seconds * 1000);
  } else if (value && value->is_string() && is_date(*value->get_ptr<const std::string*>())) {
    if (const auto moment = event::parse_moment(value->get<std::string>(), 0)) return *moment;
  }
  return wrong(field, "a time such as \"2026-02-26T14:30:00Z\"", value);
}

Result<> TaskFields::read_names(Task& task) const {
  const auto camera = text("camera_id"), arn = text("stream_arn"), name = text("stream_name");
  for (const auto* each : {&camera, &arn, &name}) {
    if (!*each) return std::unexpected(each->error());
  }
  if (!config::is_camera_id(*camera)) {
    return wrong("camera_id", "1 to 256 letters, digits, '_', '.' and '-' other than '.' and '..'",
                 find("camera_id"));
  }
  if (arn->empty() && name->empty()) return wrong("stream_arn", "it or stream_name", nullptr);
  task.camera_id = *camera;
  task.stream_arn = *arn;
  task.stream_name = *name;
  return {};
}

Result<> TaskFields::read_range(Task& task) const {
  const auto start = time("start_time"), end = time("end_time");
  if (!start) return std::unexpected(start.error());
  if (!end) return std::unexpected(end.error());
  task.start_ms = *start;
  task.end_ms = *end;
  return {};
}

Result<> TaskFields::read_config(Task& task) const {
  const Json* config = find("inference_config");
  if (!config) return {};
  if (!config->is_object()) return wrong("inference_config", "an object", config);
  const auto raw = raw_value(text_, "inference_config");
  task.inference_config = raw.empty() ? config->dump() : std::string(raw);
  return {};
}

}  // namespace kinesight::clips

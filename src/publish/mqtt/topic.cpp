#include "publish/mqtt/topic.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kinesight::publish {
namespace {

/// MQTT 5.0, 4.7: levels are separated by "/"; "+" and "#" are wildcards of those who subscribe.
std::string level(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](char c) { return c == '/' || c == '+' || c == '#' || static_cast<unsigned char>(c) < ' '; },
      '_');
  return result;
}

/// `pattern` with every name in braces replaced; nothing when one is none of `values`, or a brace stands
/// alone.
template <class Values>
std::optional<std::string> filled(std::string_view pattern, const Values& values) {
  std::string result;
  while (!pattern.empty()) {
    const auto open = std::min(pattern.find_first_of("{}"), pattern.size());
    result += pattern.substr(0, open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const auto value =
        std::ranges::find_if(values, [&](const auto& pair) { return pattern.starts_with(pair.first); });
    if (value == values.end()) return std::nullopt;
    result += value->second;
    pattern.remove_prefix(value->first.size());
  }
  return result;
}

using Value = std::pair<std::string_view, std::string>;

}  // namespace

std::string topic_of(std::string_view pattern, const event::Envelope& event) {
  return filled(pattern, std::array<Value, 3>{{{"{camera_id}", level(event.camera_id)},
                                               {"{type}", level(event.payload.type)},
                                               {"{label}", level(event.payload.label)}}})
      .value_or(std::string(pattern));
}

std::optional<std::string> topic_fault(std::string_view pattern) {
  constexpr std::size_t longest = 1000;
  const auto sample =
      filled(pattern, std::array<Value, 3>{{{"{camera_id}", ""}, {"{type}", ""}, {"{label}", ""}}});
  if (!sample) return "no braces but {camera_id}, {type} and {label}";
  if (pattern.empty() || pattern.size() > longest) return "1 to 1000 characters";
  if (sample->find_first_of("+#") != std::string::npos) return "no wildcards";
  if (pattern.starts_with('$')) return "a topic without $ at its beginning, which are the broker's own";
  return std::nullopt;
}

}  // namespace kinesight::publish

#include "stream/record/json_members.h"

#include <algorithm>

namespace kinesight::stream {
namespace {

std::size_t skip_blanks(std::string_view json, std::size_t at) {
  return std::min(json.find_first_not_of(" \t\r\n", at), json.size());
}

/// `at` is the opening quote; gives what follows the closing one.
std::size_t skip_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return std::min(at + 1, json.size());
}

std::size_t skip_nested(std::string_view json, std::size_t at) {
  for (int depth = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      at = skip_string(json, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return at;
}

std::size_t skip_value(std::string_view json, std::size_t at) {
  if (at >= json.size()) return at;
  if (json[at] == '"') return skip_string(json, at);
  if (json[at] == '{' || json[at] == '[') return skip_nested(json, at);
  return std::min(json.find_first_of(",}] \t\r\n", at), json.size());
}

}  // namespace

Span value_of_member(std::string_view json, std::size_t index) {
  std::size_t at = skip_blanks(json, 0) + 1;  // Past the brace.
  for (;; --index) {
    at = skip_string(json, skip_blanks(json, at));
    at = skip_blanks(json, skip_blanks(json, at) + 1);  // Past the colon.
    const std::size_t end = skip_value(json, at);
    if (index == 0 || end >= json.size()) return {at, end};
    at = skip_blanks(json, end) + 1;  // Past the comma.
  }
}

}  // namespace kinesight::stream

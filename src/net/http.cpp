#include "net/http.h"

#include <algorithm>
#include <cctype>

namespace kinesight::net {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

const std::string* find(const Headers& headers, std::string_view name) {
  const auto field =
      std::ranges::find_if(headers, [&](const Header& header) { return same_name(header.name, name); });
  return field == headers.end() ? nullptr : &field->value;
}

}  // namespace kinesight::net

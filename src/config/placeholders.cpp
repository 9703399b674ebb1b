#include "config/placeholders.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace kinesight::config {
namespace {

bool is_name(std::string_view name) {
  const auto good = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) &&
         std::ranges::all_of(name, good);
}

}  // namespace

std::expected<std::string, std::string> fill_placeholders(std::string_view text,
                                                          const Environment& environment) {
  std::string filled;
  while (true) {
    const auto open = text.find("${");
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;
    text.remove_prefix(open + 2);
    if (filled.ends_with('$')) {
      filled += '{';
      continue;
    }
    const auto close = text.find('}');
    if (close == std::string_view::npos) return std::unexpected("expected '}' after '${', found none");
    const std::string name(text.substr(0, close));
    if (!is_name(name)) {
      return std::unexpected(
          "expected the name of an environment variable between '${' and '}'; write $${ for a plain ${");
    }
    const auto value = environment(name);
    if (!value)
      return std::unexpected(
          fmt::format("expected the environment variable {} to be set, and it is not", name));
    filled += *value;
    text.remove_prefix(close + 1);
  }
}

}  // namespace kinesight::config

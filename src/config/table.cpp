#include "config/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace kinesight::config {

const Option* Table::find(std::string_view key) const {
  const auto found = std::ranges::find(options_, key, &Option::key);
  return found == options_.end() ? nullptr : &*found;
}

std::string one_of(const std::vector<std::string>& words) {
  return fmt::format("one of {}", fmt::join(words, ", "));
}

std::optional<std::string> missing_path(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::exists(path, ignored)) return std::nullopt;
  return "no such file or folder: " + path;
}

}  // namespace kinesight::config

#include "config/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <set>

#include "config/nearest.h"
#include "config/yaml.h"

namespace kinesight::config {

const Option* Table::find(std::string_view key) const {
  const auto found = std::ranges::find(options_, key, &Option::key);
  return found == options_.end() ? nullptr : &*found;
}

bool Table::same(const void* one, const void* other) const {
  return std::ranges::all_of(options_, [&](const Option& option) { return option.same(one, other); });
}

bool Parsed::operator==(const Parsed& other) const {
  return table_ == other.table_ && (!table_ || table_->same(object(), other.object()));
}

std::string one_of(const std::vector<std::string>& words) {
  return fmt::format("one of {}", fmt::join(words, ", "));
}

Option word_list(std::string key, std::vector<std::string> known, std::string help) {
  Option row;
  row.key = std::move(key);
  row.type = fmt::format("list of `{}`", fmt::join(known, "`, `"));
  row.constraint = "one or more, each once";
  row.shape = Shape::list;
  row.expected = fmt::format("a list of one or more of {}, each once", fmt::join(known, ", "));
  row.help = std::move(help);
  row.fault = [known = std::move(known),
               expected = row.expected](const Value& value) -> std::optional<std::string> {
    if (value.is_list && value.items.empty()) return fmt::format("expected {}, found an empty one", expected);
    std::set<std::string> seen;
    for (const std::string& word : value.items) {
      const auto wrong = [&](const std::string& what) {
        return fmt::format("expected {}, found {} in it{}", expected, in_quotes(word), what);
      };
      if (std::ranges::find(known, word) == known.end()) return wrong(did_you_mean(word, known));
      if (!seen.insert(word).second) return wrong(" twice");
    }
    return std::nullopt;
  };
  return row;
}

std::optional<std::string> missing_path(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::exists(path, ignored)) return std::nullopt;
  return "no such file or folder: " + path;
}

}  // namespace kinesight::config

// A configuration file from its bytes to what it says, or to every problem that it has.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problem.h"
#include "config/yaml.h"

namespace kinesight::config {

/// The tree of a file's text; nothing, reported, where it is no YAML in UTF-8.
std::optional<YamlNode> parse_tree(std::string_view text, Report& report);

/// Every problem at once, warnings too, in the order of the file's lines.
template <class File>
using Loaded = std::expected<File, std::vector<Problem>>;

/// What `read(const YamlNode&, Report&)` makes of `text`, a File with `warnings`; `name` is what problems
/// call the file.
template <class File, class Read>
Loaded<File> parse_yaml_file(std::string_view text, const std::string& name, const Read& read) {
  Report report(name);
  File file;
  if (const auto root = parse_tree(text, report)) file = read(*root, report);
  const bool failed = report.has_errors();
  std::vector<Problem> problems = report.take();
  if (failed) return std::unexpected(std::move(problems));
  file.warnings = std::move(problems);
  return file;
}

/// The text of the file at `path`, of at most a MiB.
Loaded<std::string> read_yaml_text(const std::filesystem::path& path);

}  // namespace kinesight::config

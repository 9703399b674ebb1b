#include "config/yaml_file.h"

#include "config/text_file.h"

namespace kinesight::config {
namespace {

constexpr std::size_t kFileBytes = 1024 * 1024;

}  // namespace

std::optional<YamlNode> parse_tree(std::string_view text, Report& report) {
  const auto good = check_text(text);
  auto root = good ? parse_yaml(text) : std::unexpected(good.error());
  if (root) return std::move(*root);
  report.error(root.error().line, "", root.error().message);
  return std::nullopt;
}

Loaded<std::string> read_yaml_text(const std::filesystem::path& path) {
  auto text = read_file(path, kFileBytes);
  if (text) return std::move(*text);
  return std::unexpected(std::vector{Problem{Severity::error, path.string(), 0, "", text.error().message}});
}

}  // namespace kinesight::config

#include "infer/config_edits.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/yaml_edit.h"

namespace kinesight::infer {
namespace {

using Why = Refusal::Why;
using Edited = std::expected<std::string, Refusal>;

bool has_camera(std::string_view text, const std::string& camera_id) {
  const auto root = config::parse_yaml(text);
  if (!root) return false;
  const auto cameras = std::ranges::find(root->entries, "cameras", &config::YamlEntry::key);
  return cameras != root->entries.end() &&
         std::ranges::find(cameras->value.entries, camera_id, &config::YamlEntry::key) !=
             cameras->value.entries.end();
}

Edited unknown(const std::string& camera_id) {
  return std::unexpected(
      Refusal{Why::unknown, fmt::format("no camera of the file is called '{}'", camera_id)});
}

Edited edit(std::string_view text, const std::vector<std::string>& path, const std::string& key,
            const std::optional<config::YamlNode>& value) {
  auto edited = config::edit_yaml(text, path, key, value);
  if (!edited) return std::unexpected(Refusal{Why::by_hand, edited.error().message});
  return std::move(*edited);
}

}  // namespace

TextEdit adding(std::string camera_id, config::YamlNode camera) {
  return [id = std::move(camera_id), camera = std::move(camera)](std::string_view text) -> Edited {
    if (has_camera(text, id)) {
      return std::unexpected(Refusal{Why::exists, fmt::format("a camera is called '{}' already", id)});
    }
    return edit(text, {"cameras"}, id, camera);
  };
}

TextEdit removing(std::string camera_id) {
  return [id = std::move(camera_id)](std::string_view text) -> Edited {
    if (!has_camera(text, id)) return unknown(id);
    return edit(text, {"cameras"}, id, std::nullopt);
  };
}

TextEdit with_regions(std::string camera_id, std::optional<config::YamlNode> regions) {
  return [id = std::move(camera_id), regions = std::move(regions)](std::string_view text) -> Edited {
    if (!has_camera(text, id)) return unknown(id);
    return edit(text, {"cameras", id}, "regions", regions);
  };
}

}  // namespace kinesight::infer

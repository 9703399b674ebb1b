// The changes of cameras.yaml that can be made over the API.
#pragma once

#include <optional>
#include <string>

#include "config/yaml.h"
#include "infer/reload.h"

namespace kinesight::infer {

/// A further camera. Refusals: exists, by_hand.
TextEdit adding(std::string camera_id, config::YamlNode camera);
/// A camera less. Refusals: unknown, by_hand.
TextEdit removing(std::string camera_id);
/// `regions` as a camera's regions; none: without any. Refusals: unknown, by_hand.
TextEdit with_regions(std::string camera_id, std::optional<config::YamlNode> regions);

}  // namespace kinesight::infer

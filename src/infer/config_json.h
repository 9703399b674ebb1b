// Parts of a configuration as JSON, as the API takes and shows them.
#pragma once

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "config/cameras_file.h"
#include "config/yaml.h"

namespace kinesight::infer {

/// What a YAML file would say in the place of `json`. Error: invalid (nested too deeply).
Result<config::YamlNode> yaml_of(const nlohmann::ordered_json& json);

/// The same for the list of a camera's regions, less what says no more than the default. Error: invalid (no
/// list, nested too deeply). Nobody has looked whether they are good regions.
Result<config::YamlNode> regions_yaml(const nlohmann::ordered_json& json);

/// A camera's regions and those of its detectors, with every option.
nlohmann::ordered_json regions_json(const config::CameraConfig& camera);

}  // namespace kinesight::infer

// Changes one key of a file's YAML and leaves every other byte as it was.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/yaml.h"

namespace kinesight::config {

/// `text` in which `key` of the mapping at `path` (keys from the top) is `value`, or is not there when there
/// is none. In block and in flow style; comments stay, but those inside of what is replaced. The result has
/// been read again and says what it should, and nothing else differs. Errors: invalid (no YAML; something
/// that cannot be changed at one place, such as an alias: a person has to do it).
Result<std::string> edit_yaml(std::string_view text, const std::vector<std::string>& path,
                              const std::string& key, const std::optional<YamlNode>& value);

}  // namespace kinesight::config

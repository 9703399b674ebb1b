// A tree of yaml.h as YAML text.
#pragma once

#include <string>

#include "config/yaml.h"

namespace kinesight::config {

/// `key: value` in block style, each line ended and `indent` blanks from the margin; what is a point, or a
/// list of words, stays on one line. What parse_yaml() makes of it is `value` again.
std::string block_entry(const std::string& key, const YamlNode& value, int indent);

/// `key: value` in flow style, on one line that is not ended.
std::string flow_entry(const std::string& key, const YamlNode& value);

}  // namespace kinesight::config

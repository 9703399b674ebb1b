// What the options of all detectors share: the path of a model.
#pragma once

#include <optional>
#include <string>

namespace kinesight::vision {

/// For Describe::warns(): why no model can be found at `path` as things stand; nothing when one can.
std::optional<std::string> no_model(const std::string& path);

}  // namespace kinesight::vision

// The environment variables, behind a function so that tests bring their own.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace kinesight::config {

/// Reads an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's own.
Environment process_environment();

/// One without any variable.
Environment no_environment();

}  // namespace kinesight::config

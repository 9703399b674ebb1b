#include "config/environment.h"

#include <cstdlib>

namespace kinesight::config {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value) return std::nullopt;
    return value;
  };
}

Environment no_environment() {
  return [](const std::string&) { return std::nullopt; };
}

}  // namespace kinesight::config

#include "vision/options_model.h"

#include "vision/model_file.h"

namespace kinesight::vision {

std::optional<std::string> no_model(const std::string& path) {
  const auto file = find_model(path);
  if (file) return std::nullopt;
  return file.error().message;
}

}  // namespace kinesight::vision

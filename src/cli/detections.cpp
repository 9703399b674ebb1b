#include "cli/detections.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <set>

#include "event/envelope.h"
#include "vision/plate/extras.h"

namespace kinesight::cli {

nlohmann::ordered_json json_of(const vision::Detection& detection) {
  const auto round = [](float value) { return static_cast<int>(std::lround(value)); };
  const auto& box = detection.box;
  const auto extras = detection.plate ? vision::plate::extras_of(*detection.plate) : nlohmann::json::object();
  return {{"type", detection.type},
          {"label", detection.label},
          {"conf", event::printable(detection.conf)},
          {"bbox", std::array{round(box.x), round(box.y), round(box.w), round(box.h)}},
          {"extras", extras}};
}

std::string line_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::vector<std::string> names_for(const std::vector<std::string>& files, std::string_view ending) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const std::filesystem::path file : files) {
    const std::string stem = file.stem().string();
    std::string name = stem;
    for (int number = 2; !taken.insert(name).second; ++number) name = stem + "-" + std::to_string(number);
    names.push_back(name + std::string(ending));
  }
  return names;
}

}  // namespace kinesight::cli

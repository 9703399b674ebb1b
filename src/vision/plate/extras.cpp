#include "vision/plate/extras.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "event/envelope.h"

namespace kinesight::vision::plate {

namespace {

double tenths(float pixels) { return std::round(static_cast<double>(pixels) * 10) / 10; }

}  // namespace

nlohmann::json extras_of(const Reading& reading) {
  nlohmann::json extras = {{"text", reading.text}, {"score", event::printable(reading.score)}};
  auto& candidates = extras["candidates"] = nlohmann::json::array();
  for (const auto& [text, score] : reading.candidates) {
    candidates.push_back({{"text", text}, {"score", event::printable(score)}});
  }
  if (!reading.country.empty()) extras["country"] = reading.country;
  if (!reading.list.empty()) extras["list"] = reading.list;
  if (!reading.listed.empty()) extras["listed"] = reading.listed;
  if (std::ranges::any_of(reading.corners,
                          [](const Corner& corner) { return corner.x != 0 || corner.y != 0; })) {
    auto& corners = extras["corners"] = nlohmann::json::array();
    for (const auto& corner : reading.corners) {
      corners.push_back(nlohmann::json::array({tenths(corner.x), tenths(corner.y)}));
    }
  }
  return extras;
}

}  // namespace kinesight::vision::plate

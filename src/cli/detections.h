// Detections as the tools show them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "vision/detector.h"

namespace kinesight::cli {

/// {"type", "label", "conf", "bbox", "extras"}: confidence and box as events carry them, extras an object.
nlohmann::ordered_json json_of(const vision::Detection& detection);

/// The object on one line; bytes that are no UTF-8 become U+FFFD.
std::string line_of(const nlohmann::ordered_json& json);

/// Names for files made of others': "front.annotated.mp4" of "clips/front.mp4", and "front-2.annotated.mp4"
/// for the next of that name.
std::vector<std::string> names_for(const std::vector<std::string>& files, std::string_view ending);

}  // namespace kinesight::cli

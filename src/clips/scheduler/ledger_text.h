// A ledger's entry as text. Private to scheduler/.
#pragma once

#include <nlohmann/json.hpp>

#include "clips/scheduler/ledger.h"

namespace kinesight::clips {

/// As scheduled_of() reads it.
inline nlohmann::json to_json(const Scheduled& scheduled) {
  return {{"start_ms", scheduled.start_ms},
          {"end_ms", scheduled.end_ms},
          {"process_id", scheduled.process_id},
          {"sent", scheduled.sent}};
}

/// Nothing when it is none.
inline std::optional<Scheduled> scheduled_of(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  for (const char* field : {"start_ms", "end_ms", "process_id"}) {
    if (!json.contains(field) || !json.at(field).is_number_integer()) return std::nullopt;
  }
  if (!json.contains("sent") || !json.at("sent").is_boolean()) return std::nullopt;
  return Scheduled{json.at("start_ms"), json.at("end_ms"), json.at("process_id"), json.at("sent")};
}

}  // namespace kinesight::clips

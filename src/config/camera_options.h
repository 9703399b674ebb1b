// What every camera has, whatever its source.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::config {

/// What every camera has, whatever its source. Its table makes the camera part of the reference page.
struct CameraOptions {
  bool enabled = true;
  double fps_target = 5;
  int max_frame_age_ms = 2000;
  std::string time_zone = "UTC";  ///< IANA name; of schedules.
  double watchdog_seconds = 60;   ///< 0: off.
  double frozen_seconds = 300;    ///< 0: off.
  static const Table& table();
};

}  // namespace kinesight::config

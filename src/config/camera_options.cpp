#include "config/camera_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_zone.h"
#include "config/nearest.h"
#include "config/yaml.h"

namespace kinesight::config {
namespace {

/// The zone that somebody who wrote `word` may have meant: "Berlin" is a place of "Europe/Berlin".
std::string zone_meant(const std::string& word) {
  const std::vector<std::string> zones = time_zone_names();
  const auto place =
      std::ranges::find_if(zones, [&](const std::string& zone) { return zone.ends_with("/" + word); });
  if (!word.empty() && place != zones.end()) return fmt::format("; did you mean '{}'?", *place);
  return did_you_mean(word, zones);
}

std::optional<std::string> time_zone_fault(const std::string& name) {
  const auto zone = TimeZone::find(name);
  if (zone) return std::nullopt;
  if (zone.error().kind != ErrorKind::not_found) return zone.error().message;
  return fmt::format("expected the IANA name of a time zone, such as 'Europe/Berlin', found {}{}",
                     in_quotes(name), zone_meant(name));
}

}  // namespace

const Table& CameraOptions::table() {
  static const Table table =
      describe<CameraOptions>("camera", "What every camera has, whatever its source.")
          .option("enabled", &CameraOptions::enabled,
                  "Whether the camera is watched. One that is not needs neither a source nor detectors.")
          .option("fps_target", &CameraOptions::fps_target,
                  "Frames a second of capture time that detectors see; fewer cost less.")
          .range(0.1, 120)
          .option("max_frame_age_ms", &CameraOptions::max_frame_age_ms,
                  "A live frame that is older when its turn comes is dropped and counted, so that a slow "
                  "model never makes video late.")
          .range(1, 600'000)
          .option("time_zone", &CameraOptions::time_zone,
                  "Where the camera is, for the schedules of its regions, which follow summer time.")
          .sound<std::string>("the IANA name of a time zone", time_zone_fault)
          .option("watchdog_seconds", &CameraOptions::watchdog_seconds,
                  "A camera that hands out no frame for so long, or frames much faster than time goes by, is "
                  "opened anew; one that says that it is away waits as its source says. 0: never.")
          .range(0, 86'400)
          .option("frozen_seconds", &CameraOptions::frozen_seconds,
                  "A camera that sends exactly the same picture for so long is degraded: its sensor or its "
                  "encoder hangs. 0: never.")
          .range(0, 86'400);
  return table;
}

}  // namespace kinesight::config

#include "config/cameras_file.h"

namespace kinesight::config {

const Table& ServiceOptions::table() {
  static const Table table = describe<ServiceOptions>("service", "What the whole service shares.")
                                 .option("state_directory", &ServiceOptions::state_directory,
                                         "The folder for what must survive a restart: local events and "
                                         "snapshots, queues, generated tokens.")
                                 .not_empty()
                                 .env("KINESIGHT_STATE_DIRECTORY");
  return table;
}

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
                  "model never "
                  "makes video late.")
          .range(1, 600'000);
  return table;
}

const Table& PublisherOptions::table() {
  static const Table table =
      describe<PublisherOptions>("publisher", "What every publisher has, whatever its sink.")
          .option("enabled", &PublisherOptions::enabled, "Whether events go to this sink.");
  return table;
}

}  // namespace kinesight::config

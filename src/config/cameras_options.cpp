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

const Table& PublisherOptions::table() {
  static const Table table =
      describe<PublisherOptions>("publisher", "What every publisher has, whatever its sink.")
          .option("enabled", &PublisherOptions::enabled, "Whether events go to this sink.");
  return table;
}

}  // namespace kinesight::config

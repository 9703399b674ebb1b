#include "publish/local/options.h"

namespace kinesight::publish {

const config::Table& LocalOptions::table() {
  static const config::Table table =
      config::describe<LocalOptions>("local",
                                     "Keeps events in a database and pictures in a folder of this machine.")
          .option("directory", &LocalOptions::directory, "Where they lie. Empty: the state directory.")
          .env("KINESIGHT_LOCAL_DIRECTORY")
          .option("retention_days", &LocalOptions::retention_days,
                  "Events and pictures older than that are deleted; 0 keeps them whatever their age.")
          .range(0, 36500)
          .option("max_bytes", &LocalOptions::max_bytes,
                  "The oldest are deleted when all take more than that; 0 for no limit.")
          .range(0, 1e15)
          .option("jpeg_quality", &LocalOptions::jpeg_quality,
                  "How good the pictures are, against their size.")
          .range(1, 100)
          .option("save_snapshots", &LocalOptions::save_snapshots,
                  "Whether frames with events are saved as pictures.");
  return table;
}

}  // namespace kinesight::publish

#include "stream/consumer/options.h"

namespace kinesight::stream {

const config::Table& ConsumerOptions::table() {
  static const config::Table table =
      config::describe<ConsumerOptions>("consume", "How records are taken in.")
          .option(
              "batch_records", &ConsumerOptions::batch_records,
              "Records that are written to the tables, and kept, together; fewer where there are no more.")
          .range(1, 100'000)
          .option("idle_seconds", &ConsumerOptions::idle_seconds,
                  "A shard without records for so long holds back no window: its time goes on with the "
                  "clock. 0: it waits for its next record; for records of another day.")
          .range(0, 86'400)
          .option("max_ahead_seconds", &ConsumerOptions::max_ahead_seconds,
                  "A record whose time is further ahead of its arrival goes among the dead letters: it would "
                  "end the windows of all others.")
          .range(0, 86'400)
          .option("max_open_keys", &ConsumerOptions::max_open_keys,
                  "Keys that may be in open windows at once, each once for each window of its own (where "
                  "windows slide: for each slide). A record whose key would be one more goes among the dead "
                  "letters; the keys that are there go on.")
          .range(1, 1e9);
  return table;
}

}  // namespace kinesight::stream

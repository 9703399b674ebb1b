#include "config/outbox_options.h"

namespace kinesight::config {

const Table& OutboxOptions::table() {
  static const Table table =
      describe<OutboxOptions>(
          "outbox",
          "Events and pictures wait on disk, in the state directory, until the sinks have "
          "them.")
          .option("max_bytes", &OutboxOptions::max_bytes, "How much of the disk waiting events may take.")
          .range(1024 * 1024, 1e15)
          .option("max_snapshot_bytes", &OutboxOptions::max_snapshot_bytes,
                  "How much of the disk waiting pictures may take.")
          .range(1024 * 1024, 1e15)
          .choice("when_full", &OutboxOptions::when_full,
                  {{"block", OutboxFull::block}, {"drop_oldest", OutboxFull::drop_oldest}},
                  "When that much waits: drop_oldest throws away what waits longest, counted; block makes "
                  "cameras wait "
                  "for the sinks.")
          .choice("durability", &OutboxOptions::durability,
                  {{"disk", Durability::disk}, {"process", Durability::process}},
                  "When an event counts as safe: disk survives a power cut, process the end of the process "
                  "alone and "
                  "spares the disk.")
          .option("refusals", &OutboxOptions::refusals,
                  "How often an entry is sent that a sink refuses, before it goes among the dead letters.")
          .range(1, 100);
  return table;
}

}  // namespace kinesight::config

// outbox: {…}: the options of the outbox of `kinesight infer`.
#pragma once

#include "config/table.h"

namespace kinesight::config {

/// What a full outbox does.
enum class OutboxFull {
  block,        ///< Waits for the sinks: cameras stand still.
  drop_oldest,  ///< Throws the oldest entries away, counted.
};

/// When an entry counts as safe.
enum class Durability {
  process,  ///< With the operating system: survives the end of the process, not of the machine.
  disk,     ///< On the disk (fdatasync): survives a power cut too.
};

/// What `outbox` says.
struct OutboxOptions {
  long max_bytes = 1L * 1024 * 1024 * 1024;
  long max_snapshot_bytes = 10L * 1024 * 1024 * 1024;
  OutboxFull when_full = OutboxFull::drop_oldest;
  Durability durability = Durability::disk;
  int refusals = 3;
  static const Table& table();
};

}  // namespace kinesight::config

// What happens to a spool, as telemetry/happenings.h has it.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/happenings.h"

namespace kinesight::stream {

/// There is no room: nothing more is read until Kinesis takes records.
struct SpoolFull {
  std::string folder;
  std::uint64_t bytes = 0;  ///< That it may take.
  void record(const telemetry::Telemetry&, telemetry::Where) const;
};

/// The disk does not take what it is given, which is tried again.
struct SpoolFailed {
  Error error;
  void record(const telemetry::Telemetry&, telemetry::Where) const;
};

/// Records go into it again.
struct SpoolTakes {
  void record(const telemetry::Telemetry&, telemetry::Where) const;
};

}  // namespace kinesight::stream

// What happens in a producer, as telemetry/happenings.h has it.
#pragma once

#include <cstdint>
#include <optional>

#include "stream/producer/producer.h"
#include "telemetry/happenings.h"

namespace kinesight::stream {

/// A request of which nothing was taken; its records are sent again where that may help.
struct RequestFailed {
  Error error;
  int in_a_row = 0;
  void record(const telemetry::Telemetry&, telemetry::Where) const;
};

/// A request of which something was taken.
struct RequestTaken {
  void record(const telemetry::Telemetry&, telemetry::Where) const;
};

/// How far a producer is; said now and then.
struct ProducerStands {
  ProducerProgress progress;
  int in_flight = 0;                ///< Requests that wait for their answer.
  std::optional<SpoolState> spool;  ///< Where there is one.
  std::uint64_t spool_limit_bytes = 0;
  void record(const telemetry::Telemetry&, telemetry::Where) const;
};

}  // namespace kinesight::stream

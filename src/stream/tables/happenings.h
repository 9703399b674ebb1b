// What happens to what is written into the tables, as telemetry/happenings.h has it: each writes its log line
// and moves its metric.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/happenings.h"

namespace kinesight::stream {

using telemetry::Where;

/// Items are in a table.
struct ItemsWritten {
  std::string table;
  std::size_t count = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A table did not take items, or not all of them; they are tried again. Not logged: it is how DynamoDB says
/// "slower".
struct WriteRetried {
  std::string table;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A table takes nothing, after all quick tries; slow ones go on. Once, until TableBack.
struct TableAway {
  std::string table;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A table takes items again after TableAway.
struct TableBack {
  std::string table;
  void record(const telemetry::Telemetry&, Where) const;
};

}  // namespace kinesight::stream

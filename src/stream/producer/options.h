// produce: {…}: how records are sent.
#pragma once

#include <string>

#include "aws/services/kinesis.h"
#include "config/table.h"

namespace kinesight::stream {

/// What becomes of a record that cannot be stamped: no JSON object, or one whose id nobody can tell.
enum class BrokenRecords {
  by_source,  ///< Those of the simulator are sent: they are there for consumers to find. Those of files are
              ///< refused: who has the file can mend it.
  refuse,     ///< Left out, counted and reported.
  send,       ///< Sent as they are, under the key "default".
};

/// What `produce` says.
struct ProducerOptions {
  int batch_records = 500;
  long batch_bytes = 5L * 1024 * 1024;
  int linger_ms = 100;
  int buffer_records = 5000;
  int in_flight = 2;
  bool strict_order = false;
  bool aggregate = false;
  aws::PutEncoding protocol = aws::PutEncoding::by_endpoint;
  BrokenRecords broken = BrokenRecords::by_source;
  int base_backoff_ms = 100;
  int max_backoff_ms = 5000;
  double give_up_seconds = 300;
  double stop_seconds = 20;
  std::string spool{};   ///< A folder; empty: none.
  long spool_mb = 1024;  ///< Of disk.
  static const config::Table& table();
};

}  // namespace kinesight::stream

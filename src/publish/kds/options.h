// publishers: {kds: …}: the options of the Kinesis Data Streams publisher.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::publish {

/// What `publishers.kds` says.
struct KdsOptions {
  std::string region;
  std::string stream_name;
  int batch_size = 500;
  int max_retries = 3;
  int base_backoff_ms = 100;
  int flush_interval_ms = 1000;
  int max_in_flight = 2;
  bool aggregate = false;
  bool strict_order = false;
  std::string endpoint_url;
  static const config::Table& table();
};

}  // namespace kinesight::publish

// rabbitmq: {…}: the options of the broker's connections.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::clips {

/// What `rabbitmq` says.
struct RabbitMqOptions {
  std::string url;
  int prefetch = 4;
  bool declare = true;
  int heartbeat_seconds = 30;
  int connect_seconds = 10;
  double backoff_initial_seconds = 1;
  double backoff_max_seconds = 30;
  std::string ca_file;
  static const config::Table& table();
};

}  // namespace kinesight::clips

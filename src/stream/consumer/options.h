// consume: {…}: how records are taken in.
#pragma once

#include "config/table.h"

namespace kinesight::stream {

/// What `consume` says.
struct ConsumerOptions {
  int batch_records = 2000;
  double idle_seconds = 60;
  double max_ahead_seconds = 600;
  long max_open_keys = 1'000'000;
  static const config::Table& table();
};

}  // namespace kinesight::stream

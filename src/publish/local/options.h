// publishers: {local: …}: the options of the local publisher.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::publish {

/// What `publishers.local` says.
struct LocalOptions {
  std::string directory;  ///< Empty: the state directory.
  double retention_days = 30;
  long max_bytes = 10L * 1024 * 1024 * 1024;
  int jpeg_quality = 90;
  bool save_snapshots = true;
  static const config::Table& table();
};

}  // namespace kinesight::publish

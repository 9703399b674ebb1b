// publishers: {s3: …}: the options of the S3 snapshot publisher.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::publish {

/// What `publishers.s3` says.
struct S3Options {
  std::string region;
  std::string bucket;
  std::string prefix = "snapshots";
  int jpeg_quality = 90;
  bool save_snapshots = true;
  bool draw_boxes = true;
  int max_width = 0;
  int max_in_flight = 8;
  std::string endpoint_url;
  static const config::Table& table();
};

}  // namespace kinesight::publish

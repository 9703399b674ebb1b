// record: {…}: where a record keeps what the stream goes by.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"

namespace kinesight::stream {

/// What `record` says. The defaults are those of the air-quality feed.
struct RecordOptions {
  std::string key = "city_id";
  std::string time = "timestamp";
  std::vector<std::string> id = {"city_id", "timestamp"};
  static const config::Table& table();
};

}  // namespace kinesight::stream

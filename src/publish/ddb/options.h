// publishers: {ddb: …}: the options of the DynamoDB publisher.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::publish {

/// What `publishers.ddb` says.
struct DdbOptions {
  std::string region;
  std::string table_name;
  int ttl_days = 30;
  std::string endpoint_url;
  static const config::Table& table();
};

}  // namespace kinesight::publish

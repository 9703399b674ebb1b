// What a publisher needs in AWS: made when it is absent, compared when it is there, never changed.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/permission.h"
#include "aws/session.h"
#include "base/result.h"
#include "config/table.h"

namespace kinesight::publish {

/// How resources are made.
struct ProvisionOptions {
  bool on_demand = false;  ///< Capacity by use, rather than 2 shards and 5 read and write units.
};

/// One resource: a stream, a bucket, a table.
struct Resource {
  std::string name;  ///< "Kinesis stream detection-events"
  bool exists = false;
  std::string shape;                     ///< What it is to be: "2 shards".
  std::vector<std::string> differences;  ///< Where it is there: "expected 2 shards or more, found 1".
  /// Where it is absent (or lacks what can be added: the table's TTL): makes it and waits until it can be
  /// used.
  std::function<Result<>(std::stop_token stop)> make;
};

/// Looks at a publisher's resources, changes nothing. Errors: denied, unavailable, invalid.
using Inspect = Result<std::vector<Resource>> (*)(const config::Parsed& options, aws::Session& session,
                                                  const ProvisionOptions& provision, std::stop_token stop);

using Permission = aws::Permission;

}  // namespace kinesight::publish

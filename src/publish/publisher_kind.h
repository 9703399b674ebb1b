// A row of the registry of publishers.
#pragma once

#include <memory>

#include "base/result.h"
#include "config/table.h"
#include "publish/publisher.h"

namespace kinesight::publish {

/// A sink: its options (the table's name is the sink's), and how to make it of them.
/// Errors when it cannot be made: denied, not_found, invalid, corrupt.
struct PublisherKind {
  const config::Table& options;
  Result<std::unique_ptr<Publisher>> (*make)(const config::Parsed& options, const PublisherContext& context);
};

/// publishers: {local: …}
PublisherKind local_publisher_kind();

}  // namespace kinesight::publish

// A row of the registry of publishers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "config/environment.h"
#include "config/table.h"
#include "publish/outbox/delivery.h"
#include "publish/outbox/drain.h"
#include "publish/provision.h"
#include "publish/publisher.h"
#include "publish/snapshot.h"

namespace kinesight::publish {

/// A sink that the outbox delivers to.
struct Sink {
  std::unique_ptr<Delivery> delivery;
  DrainPolicy policy;
  std::optional<SnapshotStyle> snapshots;  ///< Set by a sink of pictures that wants them.
  std::string snapshot_prefix;             ///< What their keys begin with.
};

/// What a sink is handed when it is made.
struct SinkContext {
  /// The way to AWS, for sinks that are there. Who does not ask for it needs no credentials. Error: invalid.
  std::function<Result<aws::Session*>()> aws_session;
  config::Environment environment = config::no_environment();  ///< Where proxies are looked for.
  Clock* clock = &Clock::system();
};

/// A publisher: its options (the table's name is the sink's), and how to make it of them: as a publisher of
/// its own (make) or as a sink of the outbox (make_sink). Errors when it cannot be made: denied, not_found,
/// invalid, corrupt.
struct PublisherKind {
  const config::Table& options;
  Result<std::unique_ptr<Publisher>> (*make)(const config::Parsed& options,
                                             const PublisherContext& context) = nullptr;
  Result<Sink> (*make_sink)(const config::Parsed& options, const SinkContext& context) = nullptr;
  Inspect inspect = nullptr;  ///< Of a sink in AWS.
  /// What a running service calls, and what `provision` does; of a sink in AWS.
  std::vector<Permission> (*permissions)(const config::Parsed& options) = nullptr;
  std::vector<Permission> (*provision_permissions)(const config::Parsed& options) = nullptr;
};

/// publishers: {local: …}
PublisherKind local_publisher_kind();
/// publishers: {kds: …}
PublisherKind kds_publisher_kind();
/// publishers: {s3: …}
PublisherKind s3_publisher_kind();
/// publishers: {ddb: …}
PublisherKind ddb_publisher_kind();
/// publishers: {webhook: …}
PublisherKind webhook_publisher_kind();
/// publishers: {mqtt: …}
PublisherKind mqtt_publisher_kind();

}  // namespace kinesight::publish

// The registry's row of the DynamoDB publisher.
#include "publish/ddb/ddb_delivery.h"
#include "publish/ddb/event_query.h"
#include "publish/ddb/options.h"
#include "publish/ddb/provision.h"
#include "publish/publisher_kind.h"

namespace kinesight::publish {
namespace {

Result<Sink> make_sink(const config::Parsed& parsed, const SinkContext& context) {
  const auto& options = parsed.as<DdbOptions>();
  const auto session = context.aws_session();
  if (!session) return std::unexpected(session.error());
  auto dynamodb =
      aws::DynamoDb::make(**session, {.region = options.region, .endpoint_url = options.endpoint_url});
  if (!dynamodb) return wrap(dynamodb.error(), "publishers.ddb");
  Sink sink;
  sink.delivery =
      std::make_unique<DdbDelivery>(EventTable(options, std::move(*dynamodb), (*session)->clock()));
  return sink;
}

/// The service writes in batches alone; `kinesight events --from ddb` reads by the index.
std::vector<Permission> permissions(const config::Parsed& parsed) {
  const auto& options = parsed.as<DdbOptions>();
  const std::string table = table_arn(options.region, options.table_name);
  return {{.actions = {"dynamodb:BatchWriteItem"}, .resources = {table}},
          {.actions = {"dynamodb:Query"}, .resources = {fmt::format("{}/index/{}", table, kCameraIndex)}}};
}

}  // namespace

PublisherKind ddb_publisher_kind() {
  return {.options = DdbOptions::table(),
          .make_sink = make_sink,
          .inspect = inspect_events_table,
          .permissions = permissions,
          .provision_permissions = table_provision_permissions};
}

}  // namespace kinesight::publish

// The registry's row of the Kinesis Data Streams publisher.
#include <algorithm>

#include "publish/kds/aggregation.h"
#include "publish/kds/kds_delivery.h"
#include "publish/kds/options.h"
#include "publish/kds/provision.h"
#include "publish/publisher_kind.h"

namespace kinesight::publish {
namespace {

Result<Sink> make_sink(const config::Parsed& parsed, const SinkContext& context) {
  const auto& options = parsed.as<KdsOptions>();
  if (options.aggregate) {
    // A machine without MD5 is told so now rather than with the first batch.
    if (const auto possible = aggregate("camera", {}); !possible) return std::unexpected(possible.error());
  }
  const auto session = context.aws_session();
  if (!session) return std::unexpected(session.error());
  auto kinesis =
      aws::Kinesis::make(**session, {.region = options.region, .endpoint_url = options.endpoint_url});
  if (!kinesis) return wrap(kinesis.error(), "publishers.kds");
  Sink sink;
  sink.delivery = std::make_unique<KdsDelivery>(options, std::move(*kinesis));
  sink.policy.max_retries = options.max_retries;
  sink.policy.base_backoff_ms = options.base_backoff_ms;
  sink.policy.max_backoff_ms = std::max(sink.policy.max_backoff_ms, options.base_backoff_ms);
  return sink;
}

std::vector<Permission> on_the_stream(const config::Parsed& parsed, std::vector<std::string> actions) {
  const auto& options = parsed.as<KdsOptions>();
  return {{.actions = std::move(actions), .resources = {stream_arn(options.region, options.stream_name)}}};
}

std::vector<Permission> permissions(const config::Parsed& parsed) {
  return on_the_stream(parsed, {"kinesis:PutRecords"});
}

std::vector<Permission> provision_permissions(const config::Parsed& parsed) {
  return on_the_stream(parsed, {"kinesis:DescribeStreamSummary", "kinesis:CreateStream"});
}

}  // namespace

PublisherKind kds_publisher_kind() {
  return {.options = KdsOptions::table(),
          .make_sink = make_sink,
          .inspect = inspect_stream,
          .permissions = permissions,
          .provision_permissions = provision_permissions};
}

}  // namespace kinesight::publish

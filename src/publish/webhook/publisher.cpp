// The registry's row of the webhook publisher.
#include "net/proxies.h"
#include "publish/publisher_kind.h"
#include "publish/webhook/webhook_delivery.h"

namespace kinesight::publish {
namespace {

Result<Sink> make_sink(const config::Parsed& parsed, const SinkContext& context) {
  const auto& options = parsed.as<WebhookOptions>();
  auto transport = net::with_proxies(context.environment);
  transport.ca_bundle = options.ca_file;
  Sink sink;
  sink.delivery =
      std::make_unique<WebhookDelivery>(options, net::make_curl_transport(transport), *context.clock);
  return sink;
}

}  // namespace

PublisherKind webhook_publisher_kind() {
  return {.options = WebhookOptions::table(), .make_sink = make_sink};
}

}  // namespace kinesight::publish

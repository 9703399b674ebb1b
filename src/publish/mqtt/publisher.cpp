// The registry's row of the MQTT publisher.
#include "publish/mqtt/mqtt_delivery.h"
#include "publish/publisher_kind.h"

namespace kinesight::publish {
namespace {

Result<Sink> make_sink(const config::Parsed& parsed, const SinkContext&) {
  Sink sink;
  sink.delivery = std::make_unique<MqttDelivery>(parsed.as<MqttOptions>());
  return sink;
}

}  // namespace

PublisherKind mqtt_publisher_kind() { return {.options = MqttOptions::table(), .make_sink = make_sink}; }

}  // namespace kinesight::publish

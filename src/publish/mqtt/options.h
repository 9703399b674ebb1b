// publishers: {mqtt: …}: the options of the MQTT publisher.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/table.h"
#include "publish/event_filter.h"

namespace kinesight::publish {

/// Which MQTT is spoken.
enum class MqttVersion { v3_1_1, v5 };

/// Where a broker is.
struct BrokerAddress {
  std::string host;
  int port = 0;
  bool tls = false;
};

/// Of "mqtt://host", "mqtts://host:8884"; the port is 1883, or 8883 with TLS, where it is not said. Nothing
/// when it is no such URL.
std::optional<BrokerAddress> parse_broker(std::string_view url);

/// What `publishers.mqtt` says.
struct MqttOptions : EventFilter {
  std::string broker;
  std::string username;
  std::string password;
  std::string topic = "kinesight/{camera_id}/{type}";
  int qos = 1;
  bool retain = false;
  std::string client_id;
  MqttVersion version = MqttVersion::v5;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  double timeout_seconds = 10;
  int keepalive_seconds = 30;
  static const config::Table& table();
};

}  // namespace kinesight::publish

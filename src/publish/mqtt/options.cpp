#include "publish/mqtt/options.h"

#include "net/url.h"
#include "publish/mqtt/topic.h"

namespace kinesight::publish {
namespace {

std::optional<std::string> bad_broker(const MqttOptions& options) {
  if (options.broker.empty() || parse_broker(options.broker)) return std::nullopt;
  return "mqtt://host:port or mqtts://host:port, without user and password (see username)";
}

std::optional<std::string> readable(const MqttOptions& options) {
  const auto broker = parse_broker(options.broker);
  if (!broker || broker->tls || broker->host == "localhost" || broker->host == "::1" ||
      broker->host.starts_with("127."))
    return std::nullopt;
  return "events and the password go over the network for all to read and change; use mqtts://";
}

std::optional<std::string> bad_topic(const MqttOptions& options) { return topic_fault(options.topic); }

std::optional<std::string> half_a_certificate(const MqttOptions& options) {
  if (options.cert_file.empty() == options.key_file.empty()) return std::nullopt;
  return "cert_file and key_file together";
}

std::optional<std::string> password_of_nobody(const MqttOptions& options) {
  if (options.password.empty() || !options.username.empty()) return std::nullopt;
  return "a username beside the password";
}

}  // namespace

std::optional<BrokerAddress> parse_broker(std::string_view url) {
  BrokerAddress broker;
  broker.tls = url.starts_with("mqtts://");
  if (!broker.tls && !url.starts_with("mqtt://")) return std::nullopt;
  const auto authority = url.substr(url.find("//") + 2);
  // Both schemes' own ports are told from those that were written by asking for either.
  const auto one = net::parse_url(fmt::format("http://{}", authority));
  const auto other = net::parse_url(fmt::format("https://{}", authority));
  if (!one || !other || one->path != "/" || !one->query.empty()) return std::nullopt;
  const int own = broker.tls ? 8883 : 1883;
  broker.port = one->port == other->port ? one->port : own;
  broker.host = one->host.starts_with('[') ? one->host.substr(1, one->host.size() - 2) : one->host;
  return broker;
}

const config::Table& MqttOptions::table() {
  static const config::Table table = [] {
    auto rows = config::describe<MqttOptions>("mqtt", "Publishes each event to an MQTT broker, as JSON.");
    rows.option("broker", &MqttOptions::broker,
                "mqtt://host:port, or mqtts:// for TLS; the ports are 1883 and 8883 where none is said.")
        .required()
        .not_empty()
        .rule(bad_broker)
        .caution(readable)
        .option("username", &MqttOptions::username, "Who we are to the broker. Empty: nobody.")
        .option("password", &MqttOptions::password, "And the password.")
        .secret()
        .rule(password_of_nobody)
        .option("topic", &MqttOptions::topic,
                "Where an event is published, made of its {camera_id}, {type} and {label}.")
        .rule(bad_topic)
        .option(
            "qos", &MqttOptions::qos,
            "Quality of service. 1: the broker confirms each event; 2: and takes none twice from the same "
            "connection.")
        .range(1, 2)
        .option("retain", &MqttOptions::retain,
                "Whether the broker keeps the newest event of a topic for those who subscribe later.")
        .option("client_id", &MqttOptions::client_id,
                "Our name to the broker, which no other client has. Empty: the broker makes one.")
        .choice("version", &MqttOptions::version, {{"5", MqttVersion::v5}, {"3.1.1", MqttVersion::v3_1_1}},
                "The MQTT that the broker speaks. A broker of 3.1.1 cannot say that we may not publish: it "
                "confirms an "
                "event and throws it away.")
        .option("ca_file", &MqttOptions::ca_file,
                "The authorities (PEM) that sign the broker's certificate. Empty: the system's.")
        .existing_path()
        .option("cert_file", &MqttOptions::cert_file,
                "Our own certificate (PEM), for a broker that wants one.")
        .existing_path()
        .option("key_file", &MqttOptions::key_file, "And its key (PEM).")
        .existing_path()
        .rule(half_a_certificate)
        .option("timeout_seconds", &MqttOptions::timeout_seconds,
                "How long the broker may take to connect, and to confirm what was sent.")
        .range(0.1, 120)
        .option("keepalive_seconds", &MqttOptions::keepalive_seconds,
                "How often the connection is tried while there is nothing to send.")
        .range(5, 3600);
    return config::Table(with_filter(rows));
  }();
  return table;
}

}  // namespace kinesight::publish

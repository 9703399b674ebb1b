#include "publish/mqtt/connection.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

#include "base/worker.h"

namespace kinesight::publish {
namespace {

constexpr int kLoopStepMs = 1000;
constexpr int kFirstRefusal = 0x80;  // MQTT 5.0, 2.4.

struct Destroy {
  void operator()(mosquitto* client) const { mosquitto_destroy(client); }
};
using Client = std::unique_ptr<mosquitto, Destroy>;

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

std::string text_of(int code) { return code == MOSQ_ERR_ERRNO ? "no connection" : mosquitto_strerror(code); }

/// TLS 1.2 at least; certificate and name are verified.
Result<> set_up_tls(mosquitto* client, const MqttOptions& options) {
  if (options.ca_file.empty()) mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
  const int code = mosquitto_tls_set(client, or_null(options.ca_file),
                                     options.ca_file.empty() ? "/etc/ssl/certs" : nullptr,
                                     or_null(options.cert_file), or_null(options.key_file), nullptr);
  if (code == MOSQ_ERR_SUCCESS) return {};
  return fail(ErrorKind::denied, "ca_file, cert_file or key_file cannot be used: {}", text_of(code));
}

Result<Client> make_client(const MqttOptions& options, bool tls, void* self) {
  static const int ready = mosquitto_lib_init();  // Never undone: others may use it.
  (void)ready;
  Client client(mosquitto_new(or_null(options.client_id), true, self));
  if (!client) return fail(ErrorKind::denied, "client_id is not one that MQTT knows, or there is no memory");
  mosquitto_threaded_set(client.get(), true);
  mosquitto_int_option(client.get(), MOSQ_OPT_PROTOCOL_VERSION,
                       options.version == MqttVersion::v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
  mosquitto_int_option(client.get(), MOSQ_OPT_TCP_NODELAY, 1);
  if (!options.username.empty())
    mosquitto_username_pw_set(client.get(), options.username.c_str(), or_null(options.password));
  if (tls) {
    if (auto set = set_up_tls(client.get(), options); !set) return std::unexpected(set.error());
  }
  return client;
}

}  // namespace

struct MqttConnection::Impl {
  Result<> connect(const MqttOptions& options, std::stop_token stop);
  void run(const std::stop_token& stop);
  void lose(std::string why, ErrorKind kind = ErrorKind::unavailable);

  static void on_connect(mosquitto*, void* self, int code, int, const mosquitto_property*);
  static void on_disconnect(mosquitto*, void* self, int code, const mosquitto_property*);
  static void on_publish(mosquitto*, void* self, int message, int code, const mosquitto_property*);
  static void on_log(mosquitto*, void* self, int level, const char* text);

  std::string place;  // "broker.example:8883"
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  bool welcome = false;
  std::optional<Error> loss;
  std::string last_error;        // Of the library's own log.
  std::map<int, int> confirmed;  // Reason codes by message, until they are asked for.

  Client client;
  std::optional<Worker> worker;  // The last member: its thread uses the ones above.
};

void MqttConnection::Impl::lose(std::string why, ErrorKind kind) {
  {
    std::lock_guard lock(mutex);
    if (loss) return;  // The first reason is the cause of the others.
    if (!last_error.empty()) why += " (" + last_error + ")";
    loss = Error{kind, fmt::format("MQTT broker {}: {}", place, why)};
  }
  changed.notify_all();
}

void MqttConnection::Impl::on_connect(mosquitto*, void* self, int code, int, const mosquitto_property*) {
  auto& impl = *static_cast<Impl*>(self);
  if (code != 0)
    return impl.lose("the broker refused the connection: " + mqtt_reason(code), ErrorKind::denied);
  {
    std::lock_guard lock(impl.mutex);
    impl.welcome = true;
  }
  impl.changed.notify_all();
}

/// Only a broker of MQTT 5 says why.
void MqttConnection::Impl::on_disconnect(mosquitto*, void* self, int code, const mosquitto_property*) {
  if (code >= kFirstRefusal)
    static_cast<Impl*>(self)->lose("the broker ended the connection: " + mqtt_reason(code));
}

void MqttConnection::Impl::on_publish(mosquitto*, void* self, int message, int code,
                                      const mosquitto_property*) {
  auto& impl = *static_cast<Impl*>(self);
  {
    std::lock_guard lock(impl.mutex);
    impl.confirmed[message] = code;
  }
  impl.changed.notify_all();
}

void MqttConnection::Impl::on_log(mosquitto*, void* self, int level, const char* text) {
  if (level != MOSQ_LOG_ERR) return;
  auto& impl = *static_cast<Impl*>(self);
  std::lock_guard lock(impl.mutex);
  impl.last_error = text;
}

void MqttConnection::Impl::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const int code = mosquitto_loop(client.get(), kLoopStepMs, 1);
    if (code == MOSQ_ERR_SUCCESS) continue;
    return lose(text_of(code), code == MOSQ_ERR_TLS ? ErrorKind::denied : ErrorKind::unavailable);
  }
}

Result<> MqttConnection::Impl::connect(const MqttOptions& options, std::stop_token stop) {
  const auto broker = parse_broker(options.broker).value();  // The table let no other through.
  place = fmt::format("{}:{}", broker.host, broker.port);
  auto made = make_client(options, broker.tls, this);
  if (!made) return wrap(made.error(), "MQTT broker " + place);
  client = std::move(*made);
  mosquitto_connect_v5_callback_set(client.get(), on_connect);
  mosquitto_disconnect_v5_callback_set(client.get(), on_disconnect);
  mosquitto_publish_v5_callback_set(client.get(), on_publish);
  mosquitto_log_callback_set(client.get(), on_log);
  const auto deadline = std::chrono::steady_clock::now() + seconds_duration(options.timeout_seconds);
  const int code =
      mosquitto_connect_async(client.get(), broker.host.c_str(), broker.port, options.keepalive_seconds);
  if (code != MOSQ_ERR_SUCCESS)
    return fail(ErrorKind::unavailable, "MQTT broker {}: {}", place, text_of(code));
  worker.emplace("mqtt", [this](const std::stop_token& stopped) { run(stopped); });
  std::unique_lock lock(mutex);
  if (!changed.wait_until(lock, stop, deadline, [this] { return welcome || loss; })) {
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "MQTT broker {}: stopped", place);
    return fail(ErrorKind::unavailable, "MQTT broker {}: no connection within {} s", place,
                options.timeout_seconds);
  }
  return loss ? Result<>(std::unexpected(*loss)) : Result<>();
}

MqttConnection::MqttConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<MqttConnection>> MqttConnection::open(const MqttOptions& options,
                                                             std::stop_token stop) {
  std::unique_ptr<MqttConnection> connection(new MqttConnection(std::make_unique<Impl>()));
  auto connected = connection->impl_->connect(options, std::move(stop));
  if (!connected) return std::unexpected(connected.error());
  return connection;
}

MqttConnection::~MqttConnection() {
  if (impl_->worker) impl_->worker->request_stop();
  if (impl_->client) mosquitto_disconnect(impl_->client.get());  // Wakes the thread up too.
}

bool MqttConnection::lost() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->loss.has_value();
}

Result<int> MqttConnection::publish(const std::string& topic, std::string_view payload, int qos,
                                    bool retain) {
  int message = 0;
  const int code = mosquitto_publish(impl_->client.get(), &message, topic.c_str(),
                                     static_cast<int>(payload.size()), payload.data(), qos, retain);
  switch (code) {
    case MOSQ_ERR_SUCCESS:
      return message;
    case MOSQ_ERR_OVERSIZE_PACKET:
    case MOSQ_ERR_PAYLOAD_SIZE:
    case MOSQ_ERR_MALFORMED_UTF8:
    case MOSQ_ERR_INVAL:
      return fail(ErrorKind::invalid, "MQTT broker {}: topic {}, {} bytes: {}", impl_->place, topic,
                  payload.size(), text_of(code));
    default:
      return fail(ErrorKind::unavailable, "MQTT broker {}: {}", impl_->place, text_of(code));
  }
}

Result<int> MqttConnection::confirmation(int message, Clock::Steady deadline, std::stop_token stop) {
  std::unique_lock lock(impl_->mutex);
  auto& confirmed = impl_->confirmed;
  impl_->changed.wait_until(lock, stop, deadline,
                            [&] { return confirmed.contains(message) || impl_->loss.has_value(); });
  if (const auto found = confirmed.extract(message)) return found.mapped();
  if (impl_->loss) return std::unexpected(*impl_->loss);
  if (stop.stop_requested()) return fail(ErrorKind::cancelled, "MQTT broker {}: stopped", impl_->place);
  return fail(ErrorKind::unavailable, "MQTT broker {} did not confirm an event in time", impl_->place);
}

std::string mqtt_reason(int code) {
  return code < kFirstRefusal ? mosquitto_connack_string(code) : mosquitto_reason_string(code);
}

}  // namespace kinesight::publish

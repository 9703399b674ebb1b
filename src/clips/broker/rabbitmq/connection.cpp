#include "clips/broker/rabbitmq/connection.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "clips/broker/rabbitmq/amqp_url.h"
#include "clips/broker/rabbitmq/inbox.h"
#include "clips/broker/rabbitmq/wire.h"

namespace kinesight::clips::rabbitmq {
namespace {

constexpr int kFrameBytes = 131072;  // RabbitMQ's own limit.
constexpr timeval kGoodbye{.tv_sec = 1, .tv_usec = 0};
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kMostHeaders = 64UL * 1024;  // They must fit into one frame.
constexpr std::size_t kLongestSent = 64UL * 1024 * 1024;

/// One connection's memory and socket.
struct Release {
  void operator()(amqp_connection_state_t connection) const { amqp_destroy_connection(connection); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<amqp_connection_state_t>, Release>;

std::unexpected<Error> no_socket() { return fail(ErrorKind::unavailable, "no memory for a connection"); }

Result<amqp_socket_t*> plain_socket(amqp_connection_state_t connection) {
  amqp_socket_t* const socket = amqp_tcp_socket_new(connection);
  if (!socket) return no_socket();
  return socket;
}

/// The certificate must be for `host`. OpenSSL looks, for rabbitmq-c knows names only and no addresses.
void expect_host(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* const expected = SSL_CTX_get0_param(context);
  in6_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
  } else {
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
  }
}

Result<amqp_socket_t*> tls_socket(amqp_connection_state_t connection, const std::string& host,
                                  const std::string& ca_file) {
  amqp_socket_t* const socket = amqp_ssl_socket_new(connection);
  if (!socket) return no_socket();
  auto* const context = static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket));
  amqp_ssl_socket_set_verify_peer(socket, 1);
  amqp_ssl_socket_set_verify_hostname(socket, 0);
  expect_host(context, host);
  if (amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST) != AMQP_STATUS_OK)
    return fail(ErrorKind::unavailable, "the TLS library has no TLS 1.2");
  if (ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (amqp_ssl_socket_set_cacert(socket, ca_file.c_str()) != AMQP_STATUS_OK) {
    return fail(ErrorKind::invalid, "expected certificates in PEM in {}", ca_file);
  }
  return socket;
}

std::string server_property(amqp_connection_state_t connection, std::string_view name) {
  const auto texts = texts_of(*amqp_get_server_properties(connection));
  const auto found = texts.find(std::string(name));
  return found == texts.end() ? "" : found->second;
}

Result<> log_in(amqp_connection_state_t connection, const AmqpUrl& url, int heartbeat_seconds,
                std::string_view role) {
  TableMaker capabilities;
  capabilities.add("consumer_cancel_notify", true).add("connection.blocked", true);
  TableMaker properties;
  const std::string name = fmt::format("kinesight clips {}", role);
  properties.add("product", std::string_view("kinesight")).add("connection_name", std::string_view(name));
  properties.add("information", std::string_view("The clip service")).add("capabilities", capabilities);
  const amqp_table_t table = properties.table();
  const auto reply = amqp_login_with_properties(
      connection, url.vhost.c_str(), AMQP_DEFAULT_MAX_CHANNELS, kFrameBytes, heartbeat_seconds, &table,
      AMQP_SASL_METHOD_PLAIN, url.user.c_str(), url.password.reveal().c_str());
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) return std::unexpected(reply_error(reply));
  return {};
}

}  // namespace

void Lifeline::cut() {
  std::lock_guard lock(mutex_);
  cut_ = true;
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

// A descriptor of its own: rabbitmq-c closes the socket's when it has had enough of a silent broker, and its
// number may be another's then.
bool Lifeline::hold(int socket) {
  std::lock_guard lock(mutex_);
  if (!cut_) socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  return !cut_;
}

void Lifeline::let_go() {
  std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

struct Connection::Impl {
  Handle handle;
  Lifeline& lifeline;
  BrokerFacts broker{};
  Inbox inbox{};
  amqp_channel_t channel = 1;
  bool lost = false;

  amqp_connection_state_t get() const { return handle.get(); }

  /// The result of a request that rabbitmq-c sent and had answered.
  Result<> answered() {
    const auto reply = amqp_get_rpc_reply(get());
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
    if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION || reply.reply.id != AMQP_CHANNEL_CLOSE_METHOD)
      lost = true;
    return std::unexpected(reply_error(reply));
  }
  /// The result of something that was sent without an answer.
  Result<> sent(int status) {
    if (status == AMQP_STATUS_OK) return {};
    lost = true;
    return std::unexpected(library_error(status));
  }
  Result<> open_channel() {
    amqp_channel_open(get(), channel);
    return answered();
  }
  Result<QueueFacts> declared(const amqp_queue_declare_ok_t* ok) {
    if (auto done = answered(); !done) return std::unexpected(done.error());
    const QueueFacts facts{.messages = ok->message_count, .consumers = ok->consumer_count};
    amqp_maybe_release_buffers(get());
    return facts;
  }
};

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Connection::~Connection() {
  if (!impl_->lost) {
    amqp_set_rpc_timeout(impl_->get(), &kGoodbye);
    amqp_connection_close(impl_->get(), AMQP_REPLY_SUCCESS);
  }
  impl_->lifeline.let_go();
}

Result<std::unique_ptr<Connection>> Connection::open(const RabbitMqOptions& options, std::string_view role,
                                                     Lifeline& lifeline) {
  const auto url = parse_amqp_url(options.url);
  if (!url) return std::unexpected(url.error());
  const auto where = [&](const Error& error) { return wrap(error, "RabbitMQ at " + url->shown()); };
  Handle handle(amqp_new_connection());
  if (!handle) return no_socket();
  const timeval patience{.tv_sec = options.connect_seconds, .tv_usec = 0};
  amqp_set_handshake_timeout(handle.get(), &patience);
  amqp_set_rpc_timeout(handle.get(), &patience);

  const auto socket =
      url->tls ? tls_socket(handle.get(), url->host, options.ca_file) : plain_socket(handle.get());
  if (!socket) return where(socket.error());
  if (const int status = amqp_socket_open_noblock(*socket, url->host.c_str(), url->port, &patience);
      status != AMQP_STATUS_OK)
    return where(
        status == AMQP_STATUS_SOCKET_ERROR
            ? Error{ErrorKind::unavailable, "nobody listens there, or the network does not lead there"}
            : library_error(status));

  auto impl = std::make_unique<Impl>(std::move(handle), lifeline);
  impl->lost = true;  // Until we are logged in there is nobody to say good-bye to.
  std::unique_ptr<Connection> connection(new Connection(std::move(impl)));
  Impl& made = *connection->impl_;
  if (!lifeline.hold(amqp_get_sockfd(made.get()))) return fail(ErrorKind::cancelled, "asked to stop");
  if (auto done = log_in(made.get(), *url, options.heartbeat_seconds, role); !done)
    return where(done.error());
  made.lost = false;
  made.broker = {server_property(made.get(), "product"), server_property(made.get(), "version"),
                 server_property(made.get(), "cluster_name")};
  if (auto done = made.open_channel(); !done) return where(done.error());
  return connection;
}

const BrokerFacts& Connection::broker() const { return impl_->broker; }

Result<> Connection::select_confirms() {
  amqp_confirm_select(impl_->get(), impl_->channel);
  return impl_->answered();
}

Result<> Connection::publish(const std::string& queue, const Message& message, std::uint64_t tag) {
  TableMaker headers;
  for (const auto& [name, value] : message.headers) headers.add(name, std::string_view(value));
  // What comes back as not routable says by this which one it is.
  const std::string correlation = std::to_string(tag);
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                      AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_HEADERS_FLAG;
  properties.content_type = bytes_of("application/json");
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.correlation_id = bytes_of(correlation);
  properties.headers = headers.table();
  if (!message.message_id.empty()) {
    properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.message_id = bytes_of(message.message_id);
  }
  const bool mandatory = true;
  const bool immediate = false;
  return impl_->sent(amqp_basic_publish(impl_->get(), impl_->channel, amqp_empty_bytes, bytes_of(queue),
                                        mandatory, immediate, &properties, bytes_of(message.body)));
}

Result<> Connection::consume(const std::string& queue, int prefetch) {
  const bool all_consumers = false;
  amqp_basic_qos(impl_->get(), impl_->channel, 0, static_cast<std::uint16_t>(prefetch), all_consumers);
  if (auto done = impl_->answered(); !done) return done;
  const bool no_local = false;
  const bool no_acknowledgement = false;
  const bool exclusive = false;
  amqp_basic_consume(impl_->get(), impl_->channel, bytes_of(queue), bytes_of("kinesight"), no_local,
                     no_acknowledgement, exclusive, amqp_empty_table);
  return impl_->answered();
}

Result<> Connection::settle(std::uint64_t tag, Settling how) {
  const bool multiple = false;
  const bool requeue = true;
  return impl_->sent(how == Settling::done
                         ? amqp_basic_ack(impl_->get(), impl_->channel, tag, multiple)
                         : amqp_basic_nack(impl_->get(), impl_->channel, tag, multiple, requeue));
}

Result<std::optional<Incoming>> Connection::read() {
  for (;;) {
    amqp_frame_t frame;
    const timeval no_time{};
    const int status = amqp_simple_wait_frame_noblock(impl_->get(), &frame, &no_time);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    if (auto done = impl_->sent(status); !done) return std::unexpected(done.error());
    auto taken = impl_->inbox.take(frame);
    amqp_maybe_release_buffers(impl_->get());
    // A cancelled consumer's connection is a sound one; the channel's end leaves nothing to say either.
    if (!taken) impl_->lost = frame.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD;
    if (!taken || *taken) return taken;
  }
}

void Connection::wait(int wake_descriptor, Clock::Duration patience) const {
  pollfd waited[] = {{.fd = amqp_get_sockfd(impl_->get()), .events = POLLIN, .revents = 0},
                     {.fd = wake_descriptor, .events = POLLIN, .revents = 0}};
  const auto length = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
  ::poll(waited, std::size(waited), static_cast<int>(std::clamp<std::int64_t>(length, 0, 60'000)));
}

Result<> Connection::renew_channel() {
  ++impl_->channel;
  return impl_->open_channel();
}

Result<QueueFacts> Connection::find_queue(const std::string& name) {
  const bool passive = true;
  return impl_->declared(amqp_queue_declare(impl_->get(), impl_->channel, bytes_of(name), passive, true,
                                            false, false, amqp_empty_table));
}

Result<QueueFacts> Connection::declare_queue(const std::string& name, const QueueArguments& arguments) {
  const bool passive = false;
  const bool durable = true;
  const bool exclusive = false;
  const bool auto_delete = false;
  TableMaker table = table_of(arguments);
  return impl_->declared(amqp_queue_declare(impl_->get(), impl_->channel, bytes_of(name), passive, durable,
                                            exclusive, auto_delete, table.table()));
}

Result<> check_message(const std::string& queue, const Message& message) {
  if (queue.empty() || queue.size() > kLongestName)
    return fail(ErrorKind::invalid, "a queue's name has 1 to 255 bytes; this has {}", queue.size());
  if (message.message_id.size() > kLongestName)
    return fail(ErrorKind::invalid, "a message's id has at most 255 bytes; this has {}",
                message.message_id.size());
  std::size_t bytes = 0;
  for (const auto& [name, value] : message.headers) {
    if (name.empty() || name.size() > kLongestName)
      return fail(ErrorKind::invalid, "a header's name has 1 to 255 bytes; one has {}", name.size());
    bytes += name.size() + value.size() + 16;
  }
  if (bytes > kMostHeaders)
    return fail(ErrorKind::invalid, "a message's headers have at most {} bytes; these have {}", kMostHeaders,
                bytes);
  if (message.body.size() > kLongestSent)
    return fail(ErrorKind::invalid, "a message has at most {} bytes; this has {}", kLongestSent,
                message.body.size());
  return {};
}

}  // namespace kinesight::clips::rabbitmq

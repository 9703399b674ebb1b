// One connection to RabbitMQ with one channel: the wall around rabbitmq-c, whose types nobody else sees. Its
// owner is one thread, which must come back to read() or wait() more often than the heartbeat; only
// Lifeline::cut() may be called by others.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "clips/broker/broker.h"
#include "clips/broker/rabbitmq/options.h"
#include "clips/broker/rabbitmq/queue_arguments.h"

namespace kinesight::clips::rabbitmq {

/// Ends a connection's waiting for the network from another thread, for good.
class Lifeline {
 public:
  Lifeline() = default;
  ~Lifeline() { let_go(); }
  Lifeline(const Lifeline&) = delete;
  Lifeline& operator=(const Lifeline&) = delete;

  /// From now on every call of the connection fails soon; also of those that are yet to be opened with it.
  void cut();

 private:
  friend class Connection;
  bool hold(int socket);  // False when it is cut already.
  void let_go();

  std::mutex mutex_;
  int socket_ = -1;
  bool cut_ = false;
};

/// What the broker says of itself.
struct BrokerFacts {
  std::string product;  ///< "RabbitMQ"
  std::string version;  ///< "3.10.8"
  std::string cluster;  ///< "rabbit@host"
};

/// What a queue that exists is like at the moment.
struct QueueFacts {
  std::uint32_t messages = 0;  ///< Ready to be handed out; those that a consumer holds are not among them.
  std::uint32_t consumers = 0;
};

/// The broker took messages (or refused them): the one of `tag`, or all up to and with it.
struct Confirmed {
  std::uint64_t tag = 0;
  bool multiple = false;
  bool taken = true;
};
/// The message published with `tag` could not be routed; its Confirmed comes later.
struct Returned {
  std::uint64_t tag = 0;
  std::string reason;  ///< "312 NO_ROUTE"
};
/// A message was handed out to us.
struct Delivered {
  std::uint64_t tag = 0;
  bool redelivered = false;
  Message message;
};
/// The broker takes no messages for now ("low on memory").
struct Blocked {
  std::string reason;
};
/// It takes messages again.
struct Unblocked {};

/// What a broker sends by itself.
using Incoming = std::variant<Confirmed, Returned, Delivered, Blocked, Unblocked>;

/// What is done with a message that was handed out.
enum class Settling { done, give_back };

/// An open connection. After an error of any call it is good for nothing but to be destroyed, the
/// errors of the queue calls excepted, which need a new channel.
class Connection {
 public:
  /// Connects, logs in and opens a channel, within `connect_seconds` a step. `role` ("publisher") is shown by
  /// the broker's own tools. Errors: denied (user, password, right to the vhost, certificate), not_found (no
  /// such vhost or host), invalid (the URL, the CA file), unavailable.
  static Result<std::unique_ptr<Connection>> open(const RabbitMqOptions& options, std::string_view role,
                                                  Lifeline& lifeline);
  ~Connection();  ///< Says good-bye to the broker, within a second.
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const BrokerFacts& broker() const;

  /// From now on the broker confirms what is published; the first message has tag 1, the next 2 …
  Result<> select_confirms();
  /// Sends a message, which must be sound (check_message()); `tag` is its place in the order of all.
  Result<> publish(const std::string& queue, const Message& message, std::uint64_t tag);

  /// Asks for the messages of `queue`, up to `prefetch` at once. Error: not_found, denied.
  Result<> consume(const std::string& queue, int prefetch);
  Result<> settle(std::uint64_t tag, Settling how);

  /// The next thing that has come, or nothing; does not wait. Sends and checks heartbeats. Error: the
  /// connection is lost, or the broker closed it or the channel, and why.
  Result<std::optional<Incoming>> read();
  /// Waits until something has come, `wake_descriptor` can be read, or `patience` is over.
  void wait(int wake_descriptor, Clock::Duration patience) const;

  /// A new channel in place of one that the broker closed.
  Result<> renew_channel();
  /// Whether a queue is there. Errors: not_found; denied, and others; then the channel is closed.
  Result<QueueFacts> find_queue(const std::string& name);
  /// Declares a durable queue. Error: invalid (it is there and is another: what RabbitMQ's 406 says); then
  /// the channel is closed.
  Result<QueueFacts> declare_queue(const std::string& name, const QueueArguments& arguments);

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Whether RabbitMQ can be given this message: names of at most 255 bytes, headers of 64 KiB together, a body
/// of 64 MiB. Error: invalid.
Result<> check_message(const std::string& queue, const Message& message);

}  // namespace kinesight::clips::rabbitmq

// Sets queues up and looks at them: at the service's start, and for `clips doctor`.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "clips/broker/rabbitmq/connection.h"
#include "clips/broker/rabbitmq/options.h"
#include "clips/broker/rabbitmq/queue_arguments.h"

namespace kinesight::clips {

/// A queue that was looked for.
struct QueueState {
  bool created = false;        ///< It was missing and is there now.
  std::uint32_t messages = 0;  ///< Ready to be handed out; those that a consumer holds are not among them.
  std::uint32_t consumers = 0;
  /// In what it differs from the asked arguments: the first thing that RabbitMQ names.
  std::optional<rabbitmq::QueueDifference> difference;
  bool compared = true;  ///< False: we may not declare it, so RabbitMQ tells nothing of its arguments.
};

/// A connection for set-up, closed when this goes. For one thread, and not for long: nothing keeps its
/// heartbeat.
class RabbitMqQueues {
 public:
  /// Errors: those of rabbitmq::Connection::open().
  static Result<RabbitMqQueues> open(const RabbitMqOptions& options);
  RabbitMqQueues(RabbitMqQueues&&) noexcept;
  ~RabbitMqQueues();

  const rabbitmq::BrokerFacts& broker() const;

  /// The durable queue `name`: what is there stays as it is; what is missing is created, if `may_declare`.
  /// A broker that is killed in the seconds after that may have forgotten the queue when it is back (seen
  /// with 3.10): it is to be ensured again where publish() says that there is none.
  /// Errors: not_found (it is missing and may not be declared), denied, invalid (another connection
  /// has it for itself), unavailable.
  Result<QueueState> ensure_queue(const std::string& name, const rabbitmq::QueueArguments& arguments,
                                  bool may_declare);

 private:
  RabbitMqQueues(std::unique_ptr<rabbitmq::Lifeline> lifeline,
                 std::unique_ptr<rabbitmq::Connection> connection);
  Result<> compare(const std::string& name, const rabbitmq::QueueArguments& arguments, QueueState& state);

  std::unique_ptr<rabbitmq::Lifeline> lifeline_;
  std::unique_ptr<rabbitmq::Connection> connection_;
};

/// "the queue q is there with x-queue-type 'quorum', and none was asked for: …" for a person.
std::string describe(const std::string& queue, const rabbitmq::QueueDifference& difference);

/// How long a broker of this version lets a consumer hold a message before it takes it back and closes
/// the channel, unless it is configured otherwise (consumer_timeout; AMQP does not tell): 30 minutes since
/// 3.8.17, 15 in the two versions before it, nothing (no limit) in older ones and for a text that is no
/// version.
std::optional<Clock::Duration> usual_consumer_timeout(std::string_view version);

}  // namespace kinesight::clips

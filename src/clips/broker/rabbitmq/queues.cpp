#include "clips/broker/rabbitmq/queues.h"

#include <array>
#include <charconv>

namespace kinesight::clips {

using namespace rabbitmq;

RabbitMqQueues::RabbitMqQueues(std::unique_ptr<Lifeline> lifeline, std::unique_ptr<Connection> connection)
    : lifeline_(std::move(lifeline)), connection_(std::move(connection)) {}

RabbitMqQueues::RabbitMqQueues(RabbitMqQueues&&) noexcept = default;
RabbitMqQueues::~RabbitMqQueues() = default;

Result<RabbitMqQueues> RabbitMqQueues::open(const RabbitMqOptions& options) {
  auto lifeline = std::make_unique<Lifeline>();
  auto connection = Connection::open(options, "set-up", *lifeline);
  if (!connection) return std::unexpected(connection.error());
  return RabbitMqQueues(std::move(lifeline), *std::move(connection));
}

const BrokerFacts& RabbitMqQueues::broker() const { return connection_->broker(); }

Result<QueueState> RabbitMqQueues::ensure_queue(const std::string& name, const QueueArguments& arguments,
                                                bool may_declare) {
  const auto with_name = [&](const Error& error) { return wrap(error, "the queue " + name); };
  const auto found = connection_->find_queue(name);
  if (found) {
    QueueState state{.messages = found->messages, .consumers = found->consumers, .difference = {}};
    if (auto done = compare(name, arguments, state); !done) return with_name(done.error());
    return state;
  }
  if (auto done = connection_->renew_channel(); !done) return with_name(found.error());
  if (found.error().kind != ErrorKind::not_found) return with_name(found.error());
  if (!may_declare)
    return fail(ErrorKind::not_found,
                "there is no queue named {}, and rabbitmq.declare is false: create it, or allow us to", name);
  const auto declared = connection_->declare_queue(name, arguments);
  if (declared) {
    return QueueState{
        .created = true, .messages = declared->messages, .consumers = declared->consumers, .difference = {}};
  }
  if (auto done = connection_->renew_channel(); !done) return with_name(declared.error());
  return with_name(declared.error());
}

/// Declares what is there again, with the asked arguments: that changes nothing, and RabbitMQ's refusal says
/// what differs.
Result<> RabbitMqQueues::compare(const std::string& name, const QueueArguments& arguments,
                                 QueueState& state) {
  const auto same = connection_->declare_queue(name, arguments);
  if (same) return {};
  if (auto done = connection_->renew_channel(); !done) return std::unexpected(same.error());
  if (same.error().kind == ErrorKind::denied) {
    state.compared = false;
    return {};
  }
  state.difference = read_difference(same.error().message);
  if (!state.difference) return std::unexpected(same.error());
  return {};
}

std::string describe(const std::string& queue, const QueueDifference& difference) {
  return fmt::format(
      "the queue {} has {} = {}, and {} was asked for; it is used as it is. Make the configuration say so, "
      "or "
      "delete the queue (with its messages) so that it is made anew",
      queue, difference.argument, difference.found, difference.asked);
}

std::optional<Clock::Duration> usual_consumer_timeout(std::string_view version) {
  std::array<int, 3> parts{};
  for (int& part : parts) {
    const auto [end, trouble] = std::from_chars(version.data(), version.data() + version.size(), part);
    if (trouble != std::errc()) return std::nullopt;
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (version.starts_with('.')) version.remove_prefix(1);
  }
  if (parts < std::array{3, 8, 15}) return std::nullopt;
  if (parts < std::array{3, 8, 17}) return std::chrono::minutes(15);
  return std::chrono::minutes(30);
}

}  // namespace kinesight::clips

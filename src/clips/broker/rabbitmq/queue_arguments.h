// The arguments that a queue is declared with, and how those of one that exists differ from the asked ones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kinesight::clips::rabbitmq {

/// By name: {"x-queue-type", "quorum"}, {"x-delivery-limit", 20}, {"x-single-active-consumer", true}.
using QueueArguments = std::map<std::string, std::variant<std::string, std::int64_t, bool>>;

/// One thing in which a queue is not what was asked for. RabbitMQ names the first that it finds.
struct QueueDifference {
  std::string argument;  ///< "x-queue-type", or "durable", "exclusive", "auto_delete".
  std::string asked;     ///< "'quorum'", "none".
  std::string found;
};

/// Reads RabbitMQ's "PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 'q' in vhost '/':
/// received none but current is the value '10' of type 'signedint'"; nothing when it is another text.
std::optional<QueueDifference> read_difference(std::string_view reply_text);

}  // namespace kinesight::clips::rabbitmq

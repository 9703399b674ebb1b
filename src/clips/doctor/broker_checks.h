// Whether RabbitMQ will do.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "clips/broker/rabbitmq/queues.h"
#include "clips/clips_file.h"
#include "clips/doctor/finding.h"

namespace kinesight::clips::doctor {

/// A RabbitMQ that we are logged in to, as the checks see it.
class BrokerView {
 public:
  virtual ~BrokerView() = default;

  virtual const rabbitmq::BrokerFacts& facts() const = 0;
  /// The queue, compared with what the service asks for (durable, no arguments), and not created: first it is
  /// looked for, and only what is there is declared again, which changes nothing. Errors: not_found, denied,
  /// invalid, unavailable.
  virtual Result<QueueState> look_at(const std::string& queue) = 0;
};

/// The RabbitMQ of the options; each of its answers has ten seconds.
Result<std::unique_ptr<BrokerView>> view_broker(RabbitMqOptions options);

/// Login and version, each queue, and whether a task may take longer than the broker waits.
Findings check_broker(const ClipsFile& file, const Result<std::unique_ptr<BrokerView>>& broker);

/// A queue of the service, as it was found.
Finding check_queue(const std::string& queue, const Result<QueueState>& state, bool may_declare);

/// How long RabbitMQ waits for an acknowledgement, against the longest that a message may be held: all tasks
/// that are ahead of it in this process (prefetch / workers), each with its whole retry budget, its clip of
/// max_bytes fetched and stored, 120 s to join it and the broker's confirm.
Finding check_patience(const ClipsFile& file, std::string_view version);

}  // namespace kinesight::clips::doctor

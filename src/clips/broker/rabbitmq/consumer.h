// Takes the messages of one of RabbitMQ's queues.
#pragma once

#include <memory>

#include "clips/broker/broker.h"
#include "clips/broker/rabbitmq/options.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// A consumer on a connection of its own, which holds at most `prefetch` messages that are not settled. It
/// connects by itself, for ever again, also when the queue was deleted and is there again. When it ends, what
/// was settled is settled, and all else goes back to the queue.
class RabbitMqConsumer final : public Consumer {
 public:
  RabbitMqConsumer(const RabbitMqOptions& options, std::string queue, Clock& clock,
                   telemetry::Telemetry telemetry);
  ~RabbitMqConsumer() override;

  Result<std::optional<Delivery>> next(Clock::Duration patience, std::stop_token stop) override;
  bool acknowledge(const Delivery& delivery) override;
  bool give_back(const Delivery& delivery) override;
  bool connected() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::clips

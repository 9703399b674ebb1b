// Publishes to RabbitMQ's queues by way of the default exchange.
#pragma once

#include <memory>

#include "clips/broker/broker.h"
#include "clips/broker/rabbitmq/options.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// A publisher on a connection of its own (a memory alarm of the broker blocks the connections that publish).
/// Mandatory, persistent, confirmed; many messages are on their way at once, 256 at most, further callers
/// wait. It connects by itself, for ever again; messages that wait meanwhile are sent when it is back.
class RabbitMqPublisher final : public Publisher {
 public:
  RabbitMqPublisher(const RabbitMqOptions& options, Clock& clock, telemetry::Telemetry telemetry);
  ~RabbitMqPublisher() override;

  /// As Publisher says; a message beyond RabbitMQ's limits (names 255 bytes, headers 64 KiB, body 64 MiB) is
  /// invalid too.
  Result<> publish(const std::string& queue, const Message& message, Clock::Duration patience,
                   std::stop_token stop) override;
  bool connected() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::clips

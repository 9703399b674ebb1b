// Delivery of events to an MQTT broker.
#pragma once

#include <memory>
#include <vector>

#include "publish/mqtt/connection.h"
#include "publish/mqtt/options.h"
#include "publish/outbox/delivery.h"

namespace kinesight::publish {

/// Events of several cameras at once over one connection, which is kept; an event is delivered when the
/// broker has confirmed it. A connection that is lost, or does not confirm in time, is replaced.
class MqttDelivery final : public Delivery {
 public:
  /// `options` are those that the table let through.
  explicit MqttDelivery(MqttOptions options) : options_(std::move(options)) {}

  std::string_view sink() const override { return "mqtt"; }
  Stream stream() const override { return Stream::events; }
  /// One event a camera in a request: a later one is not sent before the broker has confirmed the one before.
  BatchLimits limits() const override { return {.entries = 50, .one_per_key = true}; }
  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) override;
  /// delivered, unwanted, failed, retried.
  Totals totals(const DeliveryCounts& counts) const override;

 private:
  struct Message;
  Result<> connect(std::stop_token stop);
  void send(std::vector<Message>& messages);
  void await(std::vector<Message>& messages, std::stop_token stop);

  const MqttOptions options_;
  std::unique_ptr<MqttConnection> connection_;  // Null: none yet, or lost. One request at a time uses it.
};

}  // namespace kinesight::publish

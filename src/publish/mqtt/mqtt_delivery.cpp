#include "publish/mqtt/mqtt_delivery.h"

#include <mqtt_protocol.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "publish/mqtt/topic.h"

namespace kinesight::publish {

/// An entry on its way.
struct MqttDelivery::Message {
  const Entry* entry;
  std::string topic{};
  std::optional<Outcome> outcome{};  ///< Nothing yet.
  std::optional<int> number{};       ///< In the connection, once it was sent.
};

namespace {

Outcome again(const Error& error, bool uncertain) {
  return {.verdict = Verdict::again, .uncertain = uncertain, .error = error};
}

/// MQTT 5.0, 3.4.2.1: what the broker says of one message.
Outcome outcome_of(int code, const std::string& topic) {
  constexpr int first_refusal = 0x80;
  if (code < first_refusal) return {};
  const auto said = fmt::format("the MQTT broker did not take an event for {}: {}", topic, mqtt_reason(code));
  switch (code) {
    case MQTT_RC_TOPIC_NAME_INVALID:
    case MQTT_RC_PAYLOAD_FORMAT_INVALID:
    case MQTT_RC_PACKET_TOO_LARGE:
      return {.verdict = Verdict::refused, .error = {ErrorKind::invalid, said}};
    case MQTT_RC_QUOTA_EXCEEDED:
      return {.verdict = Verdict::throttled, .error = {ErrorKind::throttled, said}};
    case MQTT_RC_NOT_AUTHORIZED:
      return again({ErrorKind::denied, said + "; let us publish there"}, false);
    default:
      return again({ErrorKind::unavailable, said}, false);
  }
}

}  // namespace

Result<> MqttDelivery::connect(std::stop_token stop) {
  if (connection_ && !connection_->lost()) return {};
  connection_.reset();
  auto opened = MqttConnection::open(options_, std::move(stop));
  if (!opened) return std::unexpected(opened.error());
  connection_ = std::move(*opened);
  return {};
}

/// In order; after one that could not be sent none is, so that a camera's events stay in order.
void MqttDelivery::send(std::vector<Message>& messages) {
  for (auto& message : messages) {
    if (message.outcome) continue;
    auto number = connection_->publish(message.topic, message.entry->payload, options_.qos, options_.retain);
    if (number) {
      message.number = *number;
    } else if (number.error().kind == ErrorKind::invalid) {
      message.outcome = {.verdict = Verdict::refused, .error = number.error()};
    } else {
      for (auto& rest : messages) {
        if (!rest.outcome && !rest.number) rest.outcome = again(number.error(), false);
      }
      return;
    }
  }
}

void MqttDelivery::await(std::vector<Message>& messages, std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + seconds_duration(options_.timeout_seconds);
  bool broken = false;
  for (auto& message : messages) {
    if (message.outcome) continue;
    const auto code = connection_->confirmation(*message.number, deadline, stop);
    message.outcome = code ? outcome_of(*code, message.topic) : again(code.error(), true);
    broken |= !code;
  }
  // What was not confirmed is still on its way there: only a new connection forgets it.
  if (broken) connection_.reset();
}

BatchResult MqttDelivery::deliver(std::span<const Entry* const> batch, std::stop_token stop) {
  std::vector<Message> messages;
  for (const Entry* entry : batch) {
    auto& message = messages.emplace_back(Message{entry});
    const auto event = event::parse_envelope(entry->payload);
    if (!event) {
      message.outcome = {.verdict = Verdict::refused, .error = event.error()};
    } else if (!options_.passes(*event)) {
      message.outcome = {.verdict = Verdict::unwanted};
    } else {
      message.topic = topic_of(options_.topic, *event);
    }
  }
  if (std::ranges::any_of(messages, [](const auto& message) { return !message.outcome; })) {
    if (auto connected = connect(stop); !connected) return {.whole = connected.error()};
    send(messages);
    await(messages, std::move(stop));
  }
  BatchResult result;
  for (auto& message : messages) result.outcomes.push_back(std::move(*message.outcome));
  return result;
}

Totals MqttDelivery::totals(const DeliveryCounts& counts) const {
  return {{"delivered", counts.delivered},
          {"unwanted", counts.unwanted},
          {"failed", counts.dead + counts.dropped},
          {"retried", counts.retried}};
}

}  // namespace kinesight::publish

// One connection to an MQTT broker; libmosquitto stays inside.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "publish/mqtt/options.h"

namespace kinesight::publish {

/// From the broker's welcome to the connection's loss; who lost one opens another. So nothing is sent again
/// behind our back: the outbox alone knows what is. A thread of its own keeps it alive.
class MqttConnection {
 public:
  /// Connects. Errors: unavailable (no connection within the time-out), denied (the broker does not want us,
  /// or its certificate is not trusted), cancelled.
  static Result<std::unique_ptr<MqttConnection>> open(const MqttOptions& options, std::stop_token stop);
  /// Says good-bye.
  ~MqttConnection();
  MqttConnection(const MqttConnection&) = delete;
  MqttConnection& operator=(const MqttConnection&) = delete;

  bool lost() const;
  /// Begins to publish. The message's number, for confirmation(). Errors: invalid (the message will never
  /// do), unavailable.
  Result<int> publish(const std::string& topic, std::string_view payload, int qos, bool retain);
  /// Waits for the broker's word on a message: its reason code (MQTT 5.0, 2.4; 0 for success). Errors:
  /// unavailable (the connection was lost, or it took too long), cancelled.
  Result<int> confirmation(int message, Clock::Steady deadline, std::stop_token stop);

 private:
  struct Impl;
  explicit MqttConnection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What the broker means by a reason code.
std::string mqtt_reason(int code);

}  // namespace kinesight::publish

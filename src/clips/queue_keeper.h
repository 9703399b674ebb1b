// Sees to it that the service's queues are there: at the start, after each loss of the broker, and now and
// then.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/backoff.h"
#include "base/worker.h"
#include "clips/broker/rabbitmq/options.h"
#include "clips/task_handler.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// Looks at the queues and makes those that are missing, if it may. Used by one thread at a time.
class QueueSetup {
 public:
  QueueSetup(const RabbitMqOptions& options, QueueNames queues, telemetry::Telemetry telemetry)
      : options_(options), queues_(std::move(queues)), telemetry_(telemetry) {}

  /// Logs what is new: a queue that was made, one that is another than ours would be, why it cannot look.
  /// What keeps the queues from being used; empty: nothing.
  std::string look();

 private:
  Result<> ensure_all();

  const RabbitMqOptions options_;
  const QueueNames queues_;
  const telemetry::Telemetry telemetry_;
  std::map<std::string, std::string> told_;  ///< By queue: the last that was said of it.
  std::optional<std::string> trouble_;       ///< What the last look gave.
};

/// Looks at the queues on a thread of its own, and keeps "rabbitmq" on the health board.
class QueueKeeper {
 public:
  /// `trouble` is what the look before gave; `connected` tells how the service's own connections are.
  QueueKeeper(QueueSetup& setup, std::string trouble, const RabbitMqOptions& options,
              std::function<bool()> connected, Clock& clock, telemetry::Telemetry telemetry);

 private:
  void run(std::stop_token stop);
  Clock::Duration until_next_look();
  void report() const;

  QueueSetup& setup_;
  const std::function<bool()> connected_;
  Clock& clock_;
  const telemetry::Telemetry telemetry_;
  std::string trouble_;
  Backoff backoff_;
  Worker worker_;  // The last member: its thread uses the others.
};

}  // namespace kinesight::clips

// From a message of the task queue to its end: processed and acknowledged, or among the dead letters with its
// reason.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "clips/broker/broker.h"
#include "clips/processor.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// The queues of the service: `queues` in clips.yaml.
struct QueueNames {
  std::string tasks = "S2_PROCESSING_QUEUE";
  std::string dead_letters = "S2_PROCESSING_DLQ";
  std::string next = "M0_PRIORITY_QUEUE";
  static const config::Table& table();
};

/// Headers of a dead letter, beside those that the message had.
inline constexpr std::string_view kReasonHeader = "x-kinesight-reason";  ///< An ErrorKind's name.
inline constexpr std::string_view kErrorHeader = "x-kinesight-error";
inline constexpr std::string_view kStepHeader = "x-kinesight-step";
inline constexpr std::string_view kFailedAtHeader = "x-kinesight-failed-at";
/// How often a message was handed out without being settled; carried by the message itself, because classic
/// queues do not count.
inline constexpr std::string_view kDeliveriesHeader = "x-kinesight-deliveries";

/// Handles messages, one at a time for each thread that calls. Safe for any number of threads.
///
/// A message is acknowledged when the next queue, or the dead letters, have confirmed what came of it, or
/// when there is nothing to come of it (a stream that is not active). One that was handed out before and not
/// settled goes to the end of its queue with its count raised; after `max_deliveries` it is a dead letter: it
/// may be what ends the service each time.
class TaskHandler {
 public:
  struct Parts {
    const Processor& processor;
    Publisher& publisher;
    Consumer& consumer;
    Clock& clock;
    telemetry::Telemetry telemetry;
  };

  /// `publish_seconds`: how long the broker may take to confirm.
  TaskHandler(const Parts& parts, QueueNames queues, RetryOptions retry, int max_deliveries,
              double publish_seconds)
      : parts_(parts),
        queues_(std::move(queues)),
        retry_(retry),
        max_deliveries_(max_deliveries),
        publish_seconds_(publish_seconds) {}

  void handle(const Delivery& delivery, std::stop_token stop) const;

 private:
  struct Failure;

  void count(const Delivery& delivery, std::stop_token stop) const;
  void finish(const Delivery& delivery, const Task& task, const Outcome& outcome, std::stop_token stop) const;
  void bury(const Delivery& delivery, const Failure& failure, std::stop_token stop) const;
  bool pass_on(const Delivery& delivery, const std::string& queue, const Message& message,
               std::stop_token stop) const;

  const Parts parts_;
  const QueueNames queues_;
  const RetryOptions retry_;
  const int max_deliveries_;
  const double publish_seconds_;
};

}  // namespace kinesight::clips

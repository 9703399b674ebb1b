#include "clips/task_handler.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "clips/happenings.h"
#include "event/moment.h"

namespace kinesight::clips {
namespace {

constexpr std::size_t kMostErrorBytes = 1000;  // Headers are no place for pages.

/// The beginning of a text, cut between two characters. It is UTF-8 whatever the text is, which may quote
/// what somebody sent: others could not read the header.
std::string beginning(const std::string& text, std::size_t bytes) {
  bytes = std::min(bytes, text.size());
  if (bytes < text.size()) {
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  }
  using Json = nlohmann::json;
  const auto quoted = Json(text.substr(0, bytes)).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(quoted).get<std::string>();
}

int deliveries(const Message& message) {
  const auto header = message.headers.find(std::string(kDeliveriesHeader));
  int count = 0;
  if (header != message.headers.end()) {
    std::from_chars(header->second.data(), header->second.data() + header->second.size(), count);
  }
  return std::max(count, 0);
}

}  // namespace

const config::Table& QueueNames::table() {
  static const config::Table table =
      config::describe<QueueNames>("queues", "The names of the queues.")
          .option("tasks", &QueueNames::tasks, "Where tasks come from.")
          .not_empty()
          .option("dead_letters", &QueueNames::dead_letters, "Where tasks go that failed, with the reason.")
          .not_empty()
          .option("next", &QueueNames::next, "Where the next stage is told of clips.")
          .not_empty();
  return table;
}

/// Why a message is a dead letter.
struct TaskHandler::Failure {
  std::string camera_id;  ///< Empty: not known.
  std::string step;
  Error error;
};

void TaskHandler::handle(const Delivery& delivery, std::stop_token stop) const {
  if (delivery.message.cut_bytes > 0) {
    return bury(
        delivery,
        {{}, "task", {ErrorKind::invalid, "the task: expected at most 1 MiB, found more than 16 MiB"}}, stop);
  }
  if (delivery.redelivered) return count(delivery, stop);
  const auto task = parse_task(delivery.message.body);
  if (!task) return bury(delivery, {{}, "task", task.error()}, stop);
  finish(delivery, *task, parts_.processor.process(*task, stop), stop);
}

/// Puts the message, counted once more, at the end of its queue; or among the dead letters.
void TaskHandler::count(const Delivery& delivery, std::stop_token stop) const {
  const int count = deliveries(delivery.message) + 1;
  if (count >= max_deliveries_) {
    const Error error{
        ErrorKind::corrupt,
        fmt::format("handed out {} times and never settled: perhaps it is what ends the service", count)};
    return bury(delivery, {{}, "task", error}, stop);
  }
  Message again = delivery.message;
  again.headers[std::string(kDeliveriesHeader)] = std::to_string(count);
  if (pass_on(delivery, queues_.tasks, again, stop)) parts_.telemetry.emit(TaskHandedOutAgain{count});
}

void TaskHandler::finish(const Delivery& delivery, const Task& task, const Outcome& outcome,
                         std::stop_token stop) const {
  switch (outcome.kind) {
    case Outcome::Kind::done:
    case Outcome::Kind::dropped:
      parts_.telemetry.emit(TaskEnded{task.camera_id, outcome});
      parts_.consumer.acknowledge(delivery);
      return;
    case Outcome::Kind::cancelled:
      parts_.consumer.give_back(delivery);
      return;
    case Outcome::Kind::failed:
      parts_.telemetry.emit(TaskEnded{task.camera_id, outcome});
      return bury(delivery, {task.camera_id, outcome.step, outcome.error}, stop);
  }
}

void TaskHandler::bury(const Delivery& delivery, const Failure& failure, std::stop_token stop) const {
  Message letter = delivery.message;
  letter.headers[std::string(kReasonHeader)] = to_string(failure.error.kind);
  letter.headers[std::string(kErrorHeader)] = beginning(failure.error.message, kMostErrorBytes);
  letter.headers[std::string(kStepHeader)] = failure.step;
  letter.headers[std::string(kFailedAtHeader)] = event::format_moment(parts_.clock.wall_ms());
  if (pass_on(delivery, queues_.dead_letters, letter, stop)) {
    parts_.telemetry.emit(TaskBuried{failure.camera_id, failure.step, failure.error});
  }
}

/// Publishes the message and acknowledges the delivery; false when there is no confirm: the broker shall hand
/// it out again.
bool TaskHandler::pass_on(const Delivery& delivery, const std::string& queue, const Message& message,
                          std::stop_token stop) const {
  Attempts attempts(retry_, parts_.clock, Rng::from_entropy(),
                    [&](std::string_view, const Error& error, double pause) {
                      parts_.telemetry.emit(TaskRetried{{}, "dead_letter", error, pause});
                    });
  const auto sent = attempts.run("dead_letter", stop, [&] {
    return parts_.publisher.publish(queue, message, seconds_duration(publish_seconds_), stop);
  });
  if (sent) {
    parts_.consumer.acknowledge(delivery);
    return true;
  }
  parts_.telemetry.emit(TaskStays{queue, sent.error()});
  // Not at once: whatever keeps us from publishing is likely to last.
  (void)parts_.clock.wait_for(std::chrono::seconds(1), stop);
  parts_.consumer.give_back(delivery);
  return false;
}

}  // namespace kinesight::clips

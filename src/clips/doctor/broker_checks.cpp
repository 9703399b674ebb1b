#include "clips/doctor/broker_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace kinesight::clips::doctor {
namespace {

constexpr int kAnswerSeconds = 10;
constexpr double kJoinSeconds = 120;           ///< What the sandbox gives a job by default.
constexpr double kUsualBytesPerSecond = 25e6;  ///< What a machine in AWS may count on, each way.

class RealBroker final : public BrokerView {
 public:
  explicit RealBroker(RabbitMqQueues queues) : queues_(std::move(queues)) {}

  const rabbitmq::BrokerFacts& facts() const override { return queues_.broker(); }
  Result<QueueState> look_at(const std::string& queue) override {
    const bool may_declare = false;
    return queues_.ensure_queue(queue, {}, may_declare);
  }

 private:
  RabbitMqQueues queues_;
};

/// Arguments by which a queue loses messages of itself.
bool loses_messages(std::string_view argument) {
  constexpr std::array<std::string_view, 6> kLosing = {"x-message-ttl",      "x-expires", "x-max-length",
                                                       "x-max-length-bytes", "durable",   "auto_delete"};
  return std::ranges::find(kLosing, argument) != kLosing.end();
}

std::string what_to_do_about_login(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::denied:
      return "check user, password and certificate in rabbitmq.url, and the user's right to the vhost";
    case ErrorKind::not_found:
      return "check host and vhost in rabbitmq.url";
    case ErrorKind::invalid:
      return "correct rabbitmq.url or rabbitmq.ca_file";
    default:
      return "check host and port in rabbitmq.url, that the broker runs, and firewalls on the way";
  }
}

}  // namespace

Result<std::unique_ptr<BrokerView>> view_broker(RabbitMqOptions options) {
  options.connect_seconds = std::min(options.connect_seconds, kAnswerSeconds);
  auto queues = RabbitMqQueues::open(options);
  if (!queues) return std::unexpected(queues.error());
  return std::make_unique<RealBroker>(std::move(*queues));
}

Finding check_queue(const std::string& queue, const Result<QueueState>& state, bool may_declare) {
  const std::string check = "queue " + queue;
  if (!state && state.error().kind == ErrorKind::not_found) {
    if (!may_declare)
      return failed(check, "it is not there, and rabbitmq.declare is false",
                    "create it (durable), or set rabbitmq.declare: true");
    return ok(check,
              "it is not there yet; the service creates it when it starts, if its user may configure it");
  }
  if (!state)
    return failed(check, told(state.error()), "give the user the right to read and write this queue");
  const std::string counts =
      fmt::format("{} message{}, {} consumer{}", state->messages, state->messages == 1 ? "" : "s",
                  state->consumers, state->consumers == 1 ? "" : "s");
  if (!state->compared)
    return ok(check, counts + "; the user may not declare it, so that RabbitMQ does not tell its arguments");
  if (!state->difference) return ok(check, counts);
  const auto& difference = *state->difference;
  const std::string found =
      fmt::format("{}; it has {} = {} (the first difference that RabbitMQ names; {} was asked for)", counts,
                  difference.argument, difference.found, difference.asked);
  if (!loses_messages(difference.argument)) return ok(check, found + "; it is used as it is");
  return warning(
      check, found + "; it may lose messages by that",
      "delete the queue when it is empty, so that it is made anew, or see to it that nothing is lost");
}

Finding check_patience(const ClipsFile& file, std::string_view version) {
  const std::string check = "acknowledgement time-out";
  const auto usual = usual_consumer_timeout(version);
  if (!usual) return ok(check, "this RabbitMQ waits for acknowledgements without end");
  const double patience = to_seconds(*usual);
  const double ahead =
      std::ceil(std::max(1.0, static_cast<double>(file.rabbitmq.prefetch) / file.service.workers));
  const double fixed = file.retry.budget_seconds + kJoinSeconds + file.clip.publish_seconds;
  const double each = fixed + 2 * static_cast<double>(file.clip.max_bytes) / kUsualBytesPerSecond;
  const std::string found = fmt::format(
      "RabbitMQ {} waits {:.0f} s (unless its consumer_timeout says otherwise); a message may be held for "
      "{:.0f} "
      "s: {:.0f} task{} one after the other, each with retry.budget_seconds ({:.0f} s), a clip of "
      "clip.max_bytes "
      "both ways at {:.0f} MB/s ({:.0f} s), {:.0f} s to join it and clip.publish_seconds",
      version, patience, ahead * each, ahead, ahead == 1 ? "" : "s", file.retry.budget_seconds,
      kUsualBytesPerSecond / 1e6, each - fixed, kJoinSeconds);
  if (ahead * each <= patience) return ok(check, found);
  return warning(check, found + "; RabbitMQ would hand it out a second time",
                 "lower rabbitmq.prefetch to workers, clip.max_bytes or retry.budget_seconds, or raise "
                 "consumer_timeout in rabbitmq.conf");
}

Findings check_broker(const ClipsFile& file, const Result<std::unique_ptr<BrokerView>>& broker) {
  if (!broker) return {failed("RabbitMQ", told(broker.error()), what_to_do_about_login(broker.error().kind))};
  const auto& facts = (*broker)->facts();
  Findings findings = {
      ok("RabbitMQ", fmt::format("logged in to {} {} ({})", facts.product, facts.version, facts.cluster))};
  for (const auto& queue : {file.queues.tasks, file.queues.dead_letters, file.queues.next})
    findings.push_back(check_queue(queue, (*broker)->look_at(queue), file.rabbitmq.declare));
  findings.push_back(check_patience(file, facts.version));
  return findings;
}

}  // namespace kinesight::clips::doctor

#include "clips/queue_keeper.h"

#include <fmt/format.h>

#include "clips/broker/rabbitmq/queues.h"

namespace kinesight::clips {
namespace {

constexpr auto kGlance = std::chrono::milliseconds(250);
constexpr auto kLook = std::chrono::seconds(60);

}  // namespace

std::string QueueSetup::look() {
  const auto done = ensure_all();
  const std::string trouble = done ? "" : done.error().message;
  if (trouble_ != trouble && !done) telemetry_.log.error("RabbitMQ's queues: " + trouble);
  if (trouble_ != trouble && done) telemetry_.log.info("RabbitMQ's queues are there");
  trouble_ = trouble;
  return trouble;
}

Result<> QueueSetup::ensure_all() {
  auto broker = RabbitMqQueues::open(options_);
  if (!broker) return std::unexpected(broker.error());
  for (const std::string& queue : {queues_.tasks, queues_.dead_letters, queues_.next}) {
    const auto state = broker->ensure_queue(queue, {}, options_.declare);
    if (!state) return std::unexpected(state.error());
    if (state->created) telemetry_.log.info(fmt::format("The queue {} was missing; it is there now", queue));
    const std::string found = state->difference ? describe(queue, *state->difference) : "";
    if (std::string& told = told_[queue]; told != found) {
      if (!found.empty()) telemetry_.log.warning("Left as it is: " + found);
      told = found;
    }
  }
  return {};
}

QueueKeeper::QueueKeeper(QueueSetup& setup, std::string trouble, const RabbitMqOptions& options,
                         std::function<bool()> connected, Clock& clock, telemetry::Telemetry telemetry)
    : setup_(setup),
      connected_(std::move(connected)),
      clock_(clock),
      telemetry_(telemetry),
      trouble_(std::move(trouble)),
      backoff_(
          {.initial_seconds = options.backoff_initial_seconds, .max_seconds = options.backoff_max_seconds},
          Rng::from_entropy()),
      worker_("queues", [this](std::stop_token stop) { run(std::move(stop)); }) {}

void QueueKeeper::run(std::stop_token stop) {
  bool was_connected = false;
  auto next = clock_.steady() + until_next_look();
  do {
    const bool connected = connected_();
    // Who lost the broker may find one that has forgotten a queue.
    if ((connected && !was_connected) || clock_.steady() >= next) {
      trouble_ = setup_.look();
      next = clock_.steady() + until_next_look();
    }
    was_connected = connected;
    report();
  } while (clock_.wait_for(kGlance, stop));
}

Clock::Duration QueueKeeper::until_next_look() {
  if (!trouble_.empty()) return backoff_.next();
  backoff_.reset();
  return kLook;
}

// Never failed: to start the process anew would not bring the broker back. What asks whether tasks can be
// taken (/health) looks at the connections.
void QueueKeeper::report() const {
  using telemetry::HealthState;
  const bool connected = connected_();
  if (connected && trouble_.empty()) return telemetry_.health.report("rabbitmq", HealthState::ok);
  telemetry_.health.report("rabbitmq", HealthState::degraded, trouble_.empty() ? "not connected" : trouble_);
}

}  // namespace kinesight::clips

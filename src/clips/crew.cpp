#include "clips/crew.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace kinesight::clips {
namespace {

constexpr auto kPatience = std::chrono::seconds(1);
/// For what must be ended once it was cut short: a call that is on its way, a process that is killed.
constexpr auto kLeave = std::chrono::seconds(5);

}  // namespace

Crew::Crew(int workers, Consumer& consumer, const TaskHandler& handler, telemetry::Telemetry telemetry)
    : consumer_(consumer), handler_(handler), telemetry_(telemetry) {
  for (int i = 1; i <= workers; ++i) {
    workers_.push_back(std::make_unique<Worker>(fmt::format("clips {}", i),
                                                [this](std::stop_token stop) { work(std::move(stop)); }));
  }
}

Crew::~Crew() { cut_short_.request_stop(); }

bool Crew::stop(Clock::Duration patience) {
  for (const auto& worker : workers_) worker->request_stop();
  const auto until = std::chrono::steady_clock::now() + patience;
  for (const auto& worker : workers_) {
    worker->wait(std::max(Clock::Duration(0), Clock::Duration(until - std::chrono::steady_clock::now())));
  }
  cut_short_.request_stop();
  return std::ranges::all_of(workers_, [](const auto& worker) { return worker->wait(kLeave); });
}

void Crew::work(std::stop_token stop) const {
  while (!stop.stop_requested()) {
    const auto delivery = consumer_.next(kPatience, stop);
    if (delivery && *delivery) handle(**delivery);
  }
}

/// What escapes (no memory left) costs this delivery and no thread; the message counts as handed out again.
void Crew::handle(const Delivery& delivery) const {
  try {
    handler_.handle(delivery, cut_short_.get_token());
  } catch (const std::exception& exception) {
    telemetry_.log.error(fmt::format("A task was given up and goes back to its queue: {}", exception.what()));
    consumer_.give_back(delivery);
  }
}

}  // namespace kinesight::clips

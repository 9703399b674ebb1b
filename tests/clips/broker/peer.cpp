#include "clips/broker/peer.h"

#include <fmt/ranges.h>

#include <cstdlib>
#include <random>

#include "support/keeper.h"

namespace kinesight::clips {
void RabbitMqTest::SetUp() {
  if (!std::getenv("KINESIGHT_CONTRACT_RABBITMQ"))
    GTEST_SKIP() << "no RabbitMQ is named; tests/clips/broker/test_rabbitmq.py starts one";
}

RabbitMqOptions RabbitMqTest::options() const {
  RabbitMqOptions options;
  options.url = std::getenv("KINESIGHT_CONTRACT_RABBITMQ");
  options.backoff_initial_seconds = 0.1;
  options.backoff_max_seconds = 0.5;
  return options;
}

std::string RabbitMqTest::unique(std::string_view stem) {
  static std::random_device entropy;
  return fmt::format("{}-{:08x}{:08x}", stem, entropy(), entropy());
}

std::string RabbitMqTest::make_queue(std::string_view stem, const rabbitmq::QueueArguments& arguments) const {
  const std::string name = unique(stem);
  auto queues = RabbitMqQueues::open(options());
  EXPECT_TRUE(succeeds(queues));
  if (queues) {
    EXPECT_TRUE(succeeds(queues->ensure_queue(name, arguments, true)));
  }
  return name;
}

std::uint32_t RabbitMqTest::ready(const std::string& queue) const {
  auto queues = RabbitMqQueues::open(options());
  EXPECT_TRUE(succeeds(queues));
  if (!queues) return 0;
  const auto state = queues->ensure_queue(queue, {}, false);
  EXPECT_TRUE(succeeds(state));
  return state ? state->messages : 0;
}

void RabbitMqTest::control(const std::string& command) {
  const std::string answer = support::ask_keeper("KINESIGHT_CONTRACT_RABBITMQ_CONTROL", command);
  ASSERT_TRUE(answer.starts_with("done\n")) << command << ": " << answer;
}

std::string RabbitMqTest::complaints() const {
  return fmt::format("{}", fmt::join(telemetry_.health.reasons(), "; "));
}

}  // namespace kinesight::clips

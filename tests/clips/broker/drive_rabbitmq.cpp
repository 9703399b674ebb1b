// drive_rabbitmq publish URL QUEUE    publishes each line of standard input, a JSON object {"body",
// "headers", "id"} drive_rabbitmq take URL QUEUE N     prints N messages as such lines, and acknowledges them
// For tests that compare with other clients.
#include <iostream>
#include <nlohmann/json.hpp>

#include "clips/broker/rabbitmq/consumer.h"
#include "clips/broker/rabbitmq/publisher.h"
#include "support/telemetry_fixture.h"

namespace {

using namespace kinesight;
using namespace kinesight::clips;
constexpr Clock::Duration kPatience = std::chrono::seconds(30);

int publish(const RabbitMqOptions& options, const std::string& queue) {
  support::TelemetryFixture telemetry;
  RabbitMqPublisher publisher(options, Clock::system(), telemetry);
  for (std::string line; std::getline(std::cin, line);) {
    const auto json = nlohmann::json::parse(line);
    const Message message{.body = json["body"], .headers = json["headers"], .message_id = json["id"]};
    if (const auto done = publisher.publish(queue, message, kPatience, {}); !done) {
      std::cerr << done.error().message << "\n";
      return 1;
    }
  }
  return 0;
}

int take(const RabbitMqOptions& options, const std::string& queue, int count) {
  support::TelemetryFixture telemetry;
  RabbitMqConsumer consumer(options, queue, Clock::system(), telemetry);
  for (int i = 0; i < count; ++i) {
    const auto got = consumer.next(kPatience, {});
    if (!got || !*got) return 1;
    const Message& message = (*got)->message;
    std::cout << nlohmann::json{{"body", message.body},
                                {"headers", message.headers},
                                {"id", message.message_id}}
              << std::endl;
    consumer.acknowledge(**got);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  RabbitMqOptions options;
  options.url = arguments[2];
  if (std::string(arguments[1]) == "publish") return publish(options, arguments[3]);
  return count == 5 ? take(options, arguments[3], std::atoi(arguments[4])) : 2;
}

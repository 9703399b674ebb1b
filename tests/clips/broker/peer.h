// The RabbitMQ under test, which the environment names, and what can be done to it.
//   KINESIGHT_CONTRACT_RABBITMQ          its URL (amqp://); without it the tests skip
//   KINESIGHT_CONTRACT_RABBITMQ_TLS      its URL by TLS (amqps://)
//   KINESIGHT_CONTRACT_RABBITMQ_CA       the file that its certificate is checked by
//   KINESIGHT_CONTRACT_RABBITMQ_CONTROL  port of loopback where its keeper takes commands (tests/rabbitmq.py)
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "clips/broker/rabbitmq/consumer.h"
#include "clips/broker/rabbitmq/publisher.h"
#include "clips/broker/rabbitmq/queues.h"
#include "support/telemetry_fixture.h"

namespace kinesight::clips {

/// Long enough for a busy machine, short enough to be waited for in vain.
inline constexpr Clock::Duration kPatience = std::chrono::seconds(60);

/// A test that talks to RabbitMQ.
class RabbitMqTest : public testing::Test {
 protected:
  void SetUp() override;

  /// Quick to come back.
  RabbitMqOptions options() const;
  /// A name that no earlier test has used.
  static std::string unique(std::string_view stem);
  /// A queue of a new name.
  std::string make_queue(std::string_view stem, const rabbitmq::QueueArguments& arguments = {}) const;
  /// Messages that are ready in a queue.
  std::uint32_t ready(const std::string& queue) const;

  std::unique_ptr<RabbitMqPublisher> publisher() { return publisher(options()); }
  std::unique_ptr<RabbitMqPublisher> publisher(const RabbitMqOptions& options) {
    return std::make_unique<RabbitMqPublisher>(options, Clock::system(), telemetry_);
  }
  std::unique_ptr<RabbitMqConsumer> consumer(const std::string& queue) { return consumer(queue, options()); }
  std::unique_ptr<RabbitMqConsumer> consumer(const std::string& queue, const RabbitMqOptions& options) {
    return std::make_unique<RabbitMqConsumer>(options, queue, Clock::system(), telemetry_);
  }

  /// Has the broker's keeper do something: "kill", "start", "ctl close_all_connections testing".
  static void control(const std::string& command);
  /// Asks until `done()` says so, or fails after a minute.
  template <class Done>
  static void await(Done done) {
    const auto deadline = Clock::system().steady() + kPatience;
    while (!done()) {
      ASSERT_LT(Clock::system().steady(), deadline) << "not within a minute";
      Clock::system().wait_for(std::chrono::milliseconds(20), {});
    }
  }
  double losses(std::string_view connection) const {
    return telemetry_.metrics.value(telemetry::kRabbitMqLosses, {connection});
  }
  /// What is not well, in one text.
  std::string complaints() const;

  support::TelemetryFixture telemetry_;
};

/// A message of which only the body matters.
inline Message message(std::string body) {
  return {.body = std::move(body), .headers = {}, .message_id = {}};
}

/// Whether something succeeded; its error where it did not.
template <class T>
testing::AssertionResult succeeds(const Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << to_string(result.error().kind) << ": " << result.error().message;
}

/// Whether something failed in that way, and its text says so.
template <class T>
testing::AssertionResult fails(const Result<T>& result, ErrorKind kind, std::string_view text) {
  if (result) return testing::AssertionFailure() << "it succeeded";
  if (result.error().kind == kind && result.error().message.contains(text))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "expected " << to_string(kind) << " with '" << text << "', found "
                                     << to_string(result.error().kind) << ": " << result.error().message;
}

}  // namespace kinesight::clips

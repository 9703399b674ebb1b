// What a publisher promises, against RabbitMQ.
#include <map>
#include <thread>

#include "clips/broker/peer.h"

namespace kinesight::clips {
namespace {

using testing::HasSubstr;
using testing::Not;

class PublisherContract : public RabbitMqTest {};

TEST_F(PublisherContract, WhatIsConfirmedArrivesAsItWasSent) {
  const auto queue = make_queue("whole");
  const Message sent{.body = std::string("{\"a\": \"\xc3\xa4\"}\0x", 14),
                     .headers = {{"reason", "too long"}, {"empty", ""}, {"x-attempt", "3"}},
                     .message_id = "42"};
  ASSERT_TRUE(succeeds(publisher()->publish(queue, sent, kPatience, {})));
  const auto taker = consumer(queue);
  const auto got = taker->next(kPatience, {});
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->message.body, sent.body);
  EXPECT_EQ((*got)->message.headers, sent.headers);
  EXPECT_EQ((*got)->message.message_id, "42");
  EXPECT_EQ((*got)->message.cut_bytes, 0u);
  EXPECT_FALSE((*got)->redelivered);
  EXPECT_TRUE(taker->acknowledge(**got));
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kRabbitMqPublished, {queue, "confirmed"}), 1);
}

TEST_F(PublisherContract, AMessageForNoQueueComesBack) {
  const auto sender = publisher();
  const auto nowhere = unique("nowhere");
  EXPECT_TRUE(fails(sender->publish(nowhere, message("{}"), kPatience, {}), ErrorKind::invalid,
                    "there is no queue named " + nowhere));
  EXPECT_EQ(losses("publisher"), 0);
}

TEST_F(PublisherContract, ManyAtOnceAreEachAnsweredForThemselvesAndKeepTheirOrder) {
  constexpr int kThreads = 24;
  constexpr int kEach = 40;
  const auto queue = make_queue("many");
  const auto nowhere = unique("nowhere");
  const auto sender = publisher();
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const auto body = fmt::format("{} {}", thread, i);
        EXPECT_TRUE(succeeds(sender->publish(queue, message(body), kPatience, {})));
        EXPECT_TRUE(
            fails(sender->publish(nowhere, message(body), kPatience, {}), ErrorKind::invalid, nowhere));
      }
    });
  }
  threads.clear();
  const auto taker = consumer(queue);
  std::map<int, int> next_of;
  for (int i = 0; i < kThreads * kEach; ++i) {
    const auto got = taker->next(kPatience, {});
    ASSERT_TRUE(got && *got);
    const std::string& body = (*got)->message.body;
    EXPECT_EQ(std::stoi(body.substr(body.find(' '))), next_of[std::stoi(body)]++);
    EXPECT_TRUE(taker->acknowledge(**got));
  }
  EXPECT_FALSE(*taker->next(Clock::Duration{}, {}));
}

TEST_F(PublisherContract, ARefusedMessageIsUnavailable) {
  const auto queue = make_queue("full", {{"x-max-length", 1}, {"x-overflow", "reject-publish"}});
  const auto sender = publisher();
  ASSERT_TRUE(succeeds(sender->publish(queue, message("1"), kPatience, {})));
  // A classic queue counts what is in it when the message arrives; one more may be taken before it refuses.
  Result<> last;
  for (int i = 0; i < 3 && last; ++i) last = sender->publish(queue, message("2"), kPatience, {});
  EXPECT_TRUE(fails(last, ErrorKind::unavailable, "refused"));
  EXPECT_EQ(losses("publisher"), 0);
}

TEST_F(PublisherContract, WhatRabbitMqCannotTakeIsRefusedBeforeItBreaksTheConnection) {
  const auto queue = make_queue("limits");
  const auto sender = publisher();
  Message many = message("{}");
  many.headers["long"] = std::string(70'000, 'x');
  EXPECT_TRUE(fails(sender->publish(queue, many, kPatience, {}), ErrorKind::invalid, "headers"));
  Message named = message("{}");
  named.message_id = std::string(256, 'x');
  EXPECT_TRUE(fails(sender->publish(queue, named, kPatience, {}), ErrorKind::invalid, "id"));
  EXPECT_TRUE(fails(sender->publish("", message("{}"), kPatience, {}), ErrorKind::invalid, "queue's name"));
  many.headers["long"] = std::string(60'000, 'x');
  EXPECT_TRUE(succeeds(sender->publish(queue, many, kPatience, {})));
  EXPECT_EQ(losses("publisher"), 0);
}

TEST_F(PublisherContract, WithoutABrokerItWaitsNoLongerThanAskedAndEndsOnStop) {
  RabbitMqOptions nobody = options();
  nobody.url = "amqp://u:s3cret@127.0.0.1:1/";
  const auto sender = publisher(nobody);
  await([&] { return losses("publisher") > 0; });
  const auto result = sender->publish("q", message("{}"), std::chrono::milliseconds(50), {});
  EXPECT_TRUE(fails(result, ErrorKind::unavailable, "nobody listens there"));
  EXPECT_THAT(result.error().message + complaints(), Not(HasSubstr("s3cret")));
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_TRUE(
      fails(sender->publish("q", message("{}"), kPatience, stop.get_token()), ErrorKind::cancelled, "stop"));
}

}  // namespace
}  // namespace kinesight::clips

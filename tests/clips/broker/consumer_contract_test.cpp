// What a consumer promises, against RabbitMQ.
#include <map>
#include <thread>

#include "clips/broker/peer.h"

namespace kinesight::clips {
namespace {

using testing::HasSubstr;

class ConsumerContract : public RabbitMqTest {
 protected:
  void put(const std::string& queue, const std::vector<std::string>& bodies) {
    const auto sender = publisher();
    for (const std::string& body : bodies)
      ASSERT_TRUE(succeeds(sender->publish(queue, message(body), kPatience, {})));
  }
  static Delivery take(RabbitMqConsumer& consumer) {
    const auto got = consumer.next(kPatience, {});
    EXPECT_TRUE(succeeds(got));
    EXPECT_TRUE(got && *got) << "no message came";
    return got && *got ? **got : Delivery{};
  }
};

TEST_F(ConsumerContract, HoldsNoMoreThanPrefetchAndWhatItLeavesComesAgain) {
  const auto queue = make_queue("dies");
  put(queue, {"1", "2", "3"});
  auto two = options();
  two.prefetch = 2;
  {
    const auto dying = consumer(queue, two);
    EXPECT_EQ(take(*dying).message.body, "1");
    EXPECT_EQ(take(*dying).message.body, "2");
    EXPECT_FALSE(*dying->next(std::chrono::milliseconds(200), {})) << "a third one, with a prefetch of two";
  }
  const auto heir = consumer(queue);
  for (const char* body : {"1", "2", "3"}) {
    const Delivery delivery = take(*heir);
    EXPECT_EQ(delivery.message.body, body);
    EXPECT_EQ(delivery.redelivered, std::string_view(body) != "3");
    EXPECT_TRUE(heir->acknowledge(delivery));
  }
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kRabbitMqRedelivered, {"consumer"}), 2);
}

TEST_F(ConsumerContract, WhatWasAcknowledgedBeforeItsEndIsDone) {
  const auto queue = make_queue("done");
  put(queue, {"1", "2", "3", "4"});
  {
    const auto taker = consumer(queue);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(taker->acknowledge(take(*taker)));
    const Delivery last = take(*taker);
    EXPECT_TRUE(taker->give_back(last));
    EXPECT_FALSE(taker->acknowledge(last)) << "it is settled";
  }
  const auto again = take(*consumer(queue));
  EXPECT_EQ(again.message.body, "4");
  EXPECT_TRUE(again.redelivered);
}

TEST_F(ConsumerContract, TenThousandMessagesComeInOrder) {
  constexpr int kThreads = 50;
  constexpr int kEach = 200;
  const auto queue = make_queue("order");
  auto plenty = options();
  plenty.prefetch = 100;
  const auto taker = consumer(queue, plenty);
  const auto sender = publisher();
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i)
        EXPECT_TRUE(
            succeeds(sender->publish(queue, message(fmt::format("{} {}", thread, i)), kPatience, {})));
    });
  }
  std::map<int, int> next_of;
  for (int i = 0; i < kThreads * kEach; ++i) {
    const Delivery delivery = take(*taker);
    const std::string& body = delivery.message.body;
    ASSERT_EQ(std::stoi(body.substr(body.find(' '))), next_of[std::stoi(body)]++);
    ASSERT_TRUE(taker->acknowledge(delivery));
  }
}

TEST_F(ConsumerContract, TheHeartbeatGoesOnWhileTheTakerIsBusy) {
  const auto queue = make_queue("busy");
  put(queue, {"1"});
  auto quick = options();
  quick.heartbeat_seconds = 1;
  const auto taker = consumer(queue, quick);
  const auto sender = publisher(quick);
  const Delivery delivery = take(*taker);
  // RabbitMQ gives a silent connection up after two heartbeats; this is time that passes, nothing is awaited.
  Clock::system().wait_for(std::chrono::seconds(5), {});
  EXPECT_TRUE(taker->acknowledge(delivery));
  EXPECT_TRUE(succeeds(sender->publish(queue, message("2"), kPatience, {})));
  EXPECT_EQ(take(*taker).message.body, "2");
  EXPECT_EQ(losses("consumer") + losses("publisher"), 0) << complaints();
}

TEST_F(ConsumerContract, ABodyThatIsTooLongIsCutAndSaysSo) {
  constexpr std::size_t kLimit = 16UL * 1024 * 1024;
  const auto queue = make_queue("long");
  put(queue, {std::string(kLimit, 'a'), std::string(kLimit + 7, 'b'), "short"});
  const auto taker = consumer(queue);
  const Delivery whole = take(*taker);
  EXPECT_EQ(whole.message.body.size(), kLimit);
  EXPECT_EQ(whole.message.cut_bytes, 0u);
  const Delivery cut = take(*taker);
  EXPECT_EQ(cut.message.body.size(), kLimit);
  EXPECT_EQ(cut.message.cut_bytes, 7u);
  EXPECT_EQ(take(*taker).message.body, "short");
}

TEST_F(ConsumerContract, AQueueThatIsDeletedIsWaitedFor) {
  const auto queue = make_queue("deleted");
  const auto taker = consumer(queue);
  await([&] { return taker->connected(); });
  control("ctl delete_queue " + queue);
  await([&] { return complaints().contains(queue); });
  EXPECT_THAT(complaints(), HasSubstr("NOT_FOUND"));
  auto queues = RabbitMqQueues::open(options());
  ASSERT_TRUE(succeeds(queues));
  ASSERT_TRUE(succeeds(queues->ensure_queue(queue, {}, true)));
  put(queue, {"after"});
  EXPECT_EQ(take(*taker).message.body, "after");
  EXPECT_EQ(complaints(), "");
}

TEST_F(ConsumerContract, StopEndsWaiting) {
  const auto taker = consumer(make_queue("stop"));
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_TRUE(fails(taker->next(kPatience, stop.get_token()), ErrorKind::cancelled, "stop"));
}

}  // namespace
}  // namespace kinesight::clips

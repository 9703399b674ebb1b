// What publishers and consumers promise while RabbitMQ is in trouble.
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "clips/broker/peer.h"

namespace kinesight::clips {
namespace {

using testing::HasSubstr;

class TroubleContract : public RabbitMqTest {};

TEST_F(TroubleContract, NothingConfirmedIsLostWhenTheBrokerIsKilled) {
  constexpr int kThreads = 16;
  const auto queue = make_queue("killed");
  // Else the queue itself may go: RabbitMQ 3.10 keeps what was declared in its last seconds in memory only.
  control("ctl eval mnesia:sync_log().");
  const auto sender = publisher();
  std::mutex mutex;
  std::set<std::string> confirmed;
  int unanswered = 0;
  std::atomic<bool> enough = false;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; !enough; ++i) {
        const auto body = fmt::format("{} {}", thread, i);
        const auto result = sender->publish(queue, message(body), kPatience, {});
        std::lock_guard lock(mutex);
        if (result) {
          confirmed.insert(body);
        } else {
          EXPECT_TRUE(fails(result, ErrorKind::unavailable, "may have the message or not"));
          ++unanswered;
        }
      }
    });
  }
  const auto confirmed_now = [&] {
    std::lock_guard lock(mutex);
    return confirmed.size();
  };
  await([&] { return confirmed_now() > 500; });
  control("kill");
  const auto before = confirmed_now();
  control("start");
  await([&] { return confirmed_now() > before + 500; });
  enough = true;
  threads.clear();
  EXPECT_GT(losses("publisher"), 0);

  auto plenty = options();
  plenty.prefetch = 100;
  const auto taker = consumer(queue, plenty);
  std::set<std::string> missing = confirmed;
  while (!missing.empty()) {
    const auto got = taker->next(std::chrono::seconds(10), {});
    ASSERT_TRUE(got && *got) << missing.size() << " of " << confirmed.size()
                             << " confirmed messages are lost";
    missing.erase((*got)->message.body);
    EXPECT_TRUE(taker->acknowledge(**got));
  }
  RecordProperty("confirmed", static_cast<int>(confirmed.size()));
  RecordProperty("unanswered", unanswered);
}

TEST_F(TroubleContract, AfterAClosedConnectionAllIsAsBeforeAndItsMessagesComeAgain) {
  const auto queue = make_queue("closed");
  const auto sender = publisher();
  const auto taker = consumer(queue);
  ASSERT_TRUE(succeeds(sender->publish(queue, message("1"), kPatience, {})));
  const auto first = taker->next(kPatience, {});
  ASSERT_TRUE(first && *first);
  control("ctl close_all_connections testing");
  await([&] { return losses("consumer") > 0 && losses("publisher") > 0; });
  EXPECT_FALSE(taker->acknowledge(**first)) << "its connection is gone";
  const auto again = taker->next(kPatience, {});
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->message.body, "1");
  EXPECT_TRUE((*again)->redelivered);
  EXPECT_FALSE(taker->give_back(**first)) << "it must not settle the tag of the new connection";
  EXPECT_TRUE(taker->acknowledge(**again));
  EXPECT_TRUE(succeeds(sender->publish(queue, message("2"), kPatience, {})));
  await([&] { return complaints().empty(); });
}

TEST_F(TroubleContract, ASilentBrokerIsGivenUpAfterTwoHeartbeatsAndHoldsNobodyUp) {
  const auto queue = make_queue("frozen");
  auto quick = options();
  quick.heartbeat_seconds = 1;
  quick.connect_seconds = 2;
  const auto sender = publisher(quick);
  auto taker = consumer(queue, quick);
  auto other = publisher();  // With a heartbeat of half a minute it does not notice.
  await([&] { return sender->connected() && taker->connected() && other->connected(); });
  control("freeze");
  EXPECT_TRUE(fails(sender->publish(queue, message("{}"), kPatience, {}), ErrorKind::unavailable,
                    "silent for two heartbeats"));
  const auto begun = Clock::system().steady();
  EXPECT_TRUE(fails(other->publish(queue, message("{}"), std::chrono::milliseconds(100), {}),
                    ErrorKind::unavailable, "did not confirm"));
  other.reset();
  taker.reset();
  EXPECT_LT(to_seconds(Clock::system().steady() - begun), 10);
  control("thaw");
  EXPECT_TRUE(succeeds(sender->publish(queue, message("{}"), kPatience, {})));
}

TEST_F(TroubleContract, AMemoryAlarmBlocksThePublisherAndNotTheConsumer) {
  const auto queue = make_queue("alarm");
  auto sender = publisher();
  const auto taker = consumer(queue);
  ASSERT_TRUE(succeeds(sender->publish(queue, message("before"), kPatience, {})));
  control("ctl set_vm_memory_high_watermark 0");
  // RabbitMQ says that it blocks when it gets the first message, which it does not read.
  EXPECT_TRUE(fails(sender->publish(queue, message("during"), std::chrono::seconds(2), {}),
                    ErrorKind::unavailable, "may have the message or not"));
  await([&] { return complaints().contains("blocked by the broker"); });
  EXPECT_TRUE(fails(sender->publish(queue, message("unsent"), std::chrono::milliseconds(50), {}),
                    ErrorKind::unavailable, "takes no messages now: low on memory"));
  const auto got = taker->next(kPatience, {});
  ASSERT_TRUE(got && *got);
  EXPECT_TRUE(taker->acknowledge(**got));
  const auto begun = Clock::system().steady();
  publisher(options());  // Its end is not held up either, nor is that of the one that is blocked.
  std::jthread later([&] { control("ctl set_vm_memory_high_watermark 0.9"); });
  EXPECT_TRUE(succeeds(sender->publish(queue, message("after"), kPatience, {})));
  later.join();
  control("ctl set_vm_memory_high_watermark 0");
  EXPECT_FALSE(sender->publish(queue, message(std::string(30'000'000, 'x')), std::chrono::seconds(2), {}));
  const auto end = Clock::system().steady();
  sender.reset();
  EXPECT_LT(to_seconds(Clock::system().steady() - end), 10) << "of " << to_seconds(end - begun);
  control("ctl set_vm_memory_high_watermark 0.9");
}

}  // namespace
}  // namespace kinesight::clips

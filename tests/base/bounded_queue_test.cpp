#include "base/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <numeric>
#include <thread>
#include <vector>

namespace kinesight {
namespace {

using namespace std::chrono_literals;

TEST(BoundedQueue, GivesItemsInTheOrderTheyCame) {
  BoundedQueue<int> queue(3, WhenFull::block);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.push(i));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.pop(), i);
}

TEST(BoundedQueue, DropOldestKeepsTheNewestAndCounts) {
  BoundedQueue<int> queue(2, WhenFull::drop_oldest);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.push(i));
  EXPECT_EQ(queue.dropped(), 3u);
  EXPECT_EQ(queue.pop(), 3);
  EXPECT_EQ(queue.pop(), 4);
}

TEST(BoundedQueue, RejectRefusesTheNewestAndCounts) {
  BoundedQueue<int> queue(2, WhenFull::reject);
  EXPECT_TRUE(queue.push(0));
  EXPECT_TRUE(queue.push(1));
  EXPECT_FALSE(queue.push(2));
  EXPECT_EQ(queue.dropped(), 1u);
  EXPECT_EQ(queue.size(), 2u);
}

TEST(BoundedQueue, BlockedPushGoesOnWhenThereIsRoom) {
  BoundedQueue<int> queue(1, WhenFull::block);
  queue.push(1);
  std::jthread producer([&] { EXPECT_TRUE(queue.push(2)); });
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
}

TEST(BoundedQueue, StopEndsABlockedPushAndABlockedPop) {
  BoundedQueue<int> full(1, WhenFull::block), empty(1, WhenFull::block);
  full.push(1);
  std::stop_source stop;
  std::jthread producer([&] { EXPECT_FALSE(full.push(2, stop.get_token())); });
  std::jthread consumer([&] { EXPECT_FALSE(empty.pop(stop.get_token())); });
  stop.request_stop();
}

TEST(BoundedQueue, CloseLetsWhatIsInsideBeTakenAndNothingBeAdded) {
  BoundedQueue<int> queue(2, WhenFull::block);
  queue.push(1);
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, PopForGivesUpAfterItsPatience) {
  BoundedQueue<int> queue(1, WhenFull::block);
  EXPECT_EQ(queue.pop_for(1ms), std::nullopt);
}

TEST(BoundedQueue, GivesAllThatIsInItAtOnceAndInOrder) {
  BoundedQueue<int> queue(3, WhenFull::block);
  std::deque<int> all;
  EXPECT_FALSE(queue.pop_all_for(all, std::chrono::milliseconds(1)));
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(queue.push(i));
  std::jthread pushes([&] { EXPECT_TRUE(queue.push(4)); });  // Waits for the room that this makes.
  ASSERT_TRUE(queue.pop_all_for(all, seconds_duration(60)));
  EXPECT_EQ(all, std::deque({1, 2, 3}));
  pushes.join();
  queue.close();
  all.clear();
  EXPECT_TRUE(queue.pop_all_for(all, seconds_duration(60)));
  EXPECT_EQ(all, std::deque({4}));
  all.clear();
  EXPECT_FALSE(queue.pop_all_for(all, seconds_duration(60)));
}

TEST(BoundedQueue, LosesAndDoublesNothingBetweenManyThreads) {
  constexpr int kThreads = 4, kEach = 5000;
  BoundedQueue<int> queue(8, WhenFull::block);
  std::atomic<long> sum{0};
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> consumers;
    for (int t = 0; t < kThreads; ++t) {
      consumers.emplace_back([&] {
        while (auto item = queue.pop()) {
          sum += *item;
          ++taken;
        }
      });
    }
    std::vector<std::jthread> producers;
    for (int t = 0; t < kThreads; ++t) {
      producers.emplace_back([&] {
        for (int i = 1; i <= kEach; ++i) ASSERT_TRUE(queue.push(i));
      });
    }
    producers.clear();  // Joins: everything has been pushed.
    queue.close();
  }
  EXPECT_EQ(taken, kThreads * kEach);
  EXPECT_EQ(sum, long{kThreads} * kEach * (kEach + 1) / 2);
}

}  // namespace
}  // namespace kinesight

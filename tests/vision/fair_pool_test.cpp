#include "vision/fair_pool.h"

#include <gtest/gtest.h>

#include <thread>

namespace kinesight::vision {
namespace {

using namespace std::chrono_literals;

FairPool<int> pool_of(int count) {
  std::vector<std::unique_ptr<int>> items;
  for (int i = 0; i < count; ++i) items.push_back(std::make_unique<int>(i));
  return FairPool<int>(std::move(items));
}

TEST(FairPool, LendsEachItemOnce) {
  auto pool = pool_of(2);
  int* one = pool.borrow(0s, {});
  int* other = pool.borrow(0s, {});
  ASSERT_TRUE(one && other);
  EXPECT_NE(one, other);
  EXPECT_EQ(pool.borrow(1ms, {}), nullptr) << "there is no third";
  pool.give_back(one);
  EXPECT_EQ(pool.borrow(0s, {}), one);
}

TEST(FairPool, WaitsNoLongerThanThePatience) {
  auto pool = pool_of(1);
  pool.borrow(0s, {});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(pool.borrow(30ms, {}), nullptr);
  const auto waited = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(waited, 30ms);
  EXPECT_LT(waited, 10s);
}

TEST(FairPool, StopsWaitingWhenItIsToldTo) {
  auto pool = pool_of(1);
  pool.borrow(0s, {});
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(pool.borrow(1h, stop.get_token()), nullptr);
  EXPECT_EQ(pool.borrow(1h, stop.get_token()), nullptr) << "stopped already";
}

TEST(FairPool, ServesThoseWhoWaitInTheirOrder) {
  auto pool = pool_of(1);
  int* item = pool.borrow(0s, {});
  std::mutex mutex;
  std::vector<int> served;
  std::vector<std::jthread> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.emplace_back([&, i] {
      int* mine = pool.borrow(1min, {});
      {
        std::lock_guard lock(mutex);
        served.push_back(i);
      }
      pool.give_back(mine);
    });
    while (pool.waiting() != static_cast<std::size_t>(i + 1)) std::this_thread::yield();
  }
  pool.give_back(item);
  waiting.clear();
  EXPECT_EQ(served, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(FairPool, WhoGivesUpDoesNotHoldUpTheLine) {
  auto pool = pool_of(1);
  int* item = pool.borrow(0s, {});
  std::stop_source stop;
  std::jthread first([&] { EXPECT_EQ(pool.borrow(1h, stop.get_token()), nullptr); });
  while (pool.waiting() != 1) std::this_thread::yield();
  std::jthread second([&] { EXPECT_EQ(pool.borrow(1min, {}), item); });
  while (pool.waiting() != 2) std::this_thread::yield();
  stop.request_stop();
  first.join();
  pool.give_back(item);
}

}  // namespace
}  // namespace kinesight::vision

#include "vision/turnstile.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace kinesight::vision {
namespace {

using namespace std::chrono_literals;

constexpr Clock::Steady kNow{};

TEST(Turnstile, LetsAsManyThroughAsThereArePlaces) {
  Turnstile turns(2);
  EXPECT_TRUE(turns.enter(kNow, 0s, {}));
  EXPECT_TRUE(turns.enter(kNow, 0s, {}));
  EXPECT_FALSE(turns.enter(kNow, 1ms, {})) << "there is no third place";
  turns.leave();
  EXPECT_TRUE(turns.enter(kNow, 0s, {}));
}

TEST(Turnstile, WaitsNoLongerThanThePatience) {
  Turnstile turns(1);
  turns.enter(kNow, 0s, {});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(turns.enter(kNow, 30ms, {}));
  const auto waited = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(waited, 30ms);
  EXPECT_LT(waited, 10s);
}

TEST(Turnstile, StopsWaitingWhenItIsToldTo) {
  Turnstile turns(1);
  turns.enter(kNow, 0s, {});
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(turns.enter(kNow, 1h, stop.get_token()));
  EXPECT_FALSE(turns.enter(kNow, 1h, stop.get_token())) << "stopped already";
}

/// Who got through, in order, when those with frames of these ages (in order of arrival) wait for one place.
std::vector<int> served(const std::vector<Clock::Duration>& since) {
  Turnstile turns(1);
  turns.enter(kNow, 0s, {});
  std::vector<int> order;
  std::vector<std::jthread> waiting;
  for (std::size_t i = 0; i < since.size(); ++i) {
    waiting.emplace_back([&, i] {
      if (!turns.enter(kNow + since[i], 1min, {})) return;
      order.push_back(static_cast<int>(i));  // There is one place: nobody else is here.
      turns.leave();
    });
    while (turns.waiting() != i + 1) std::this_thread::yield();
  }
  turns.leave();
  waiting.clear();
  return order;
}

TEST(Turnstile, TheOldestFrameGoesFirst) { EXPECT_EQ(served({3s, 1s, 5s, 2s}), (std::vector{1, 3, 0, 2})); }

TEST(Turnstile, EquallyOldOnesGoInTheOrderOfTheirArrival) {
  EXPECT_EQ(served({1s, 1s, 1s, 1s, 1s}), (std::vector{0, 1, 2, 3, 4}));
}

TEST(Turnstile, WhoGivesUpDoesNotHoldUpTheLine) {
  Turnstile turns(1);
  turns.enter(kNow, 0s, {});
  std::stop_source stop;
  std::jthread first([&] { EXPECT_FALSE(turns.enter(kNow, 1h, stop.get_token())); });
  while (turns.waiting() != 1) std::this_thread::yield();
  std::jthread second([&] { EXPECT_TRUE(turns.enter(kNow + 1s, 1min, {})); });
  while (turns.waiting() != 2) std::this_thread::yield();
  stop.request_stop();
  first.join();
  turns.leave();
}

}  // namespace
}  // namespace kinesight::vision

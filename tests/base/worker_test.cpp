#include "base/worker.h"

#include <gtest/gtest.h>

#include <semaphore>
#include <stdexcept>

namespace kinesight {
namespace {

using namespace std::chrono_literals;

TEST(Worker, RunsUntilItsOwnerLetsGo) {
  std::binary_semaphore running(0);
  bool stopped = false;
  {
    Worker worker("test", [&](std::stop_token stop) {
      running.release();
      Clock::system().wait_for(1h, stop);
      stopped = stop.stop_requested();
    });
    running.acquire();
    EXPECT_TRUE(worker.alive());
  }
  EXPECT_TRUE(stopped);
}

TEST(Worker, AnExceptionEndsTheThreadAndNotTheProcess) {
  Worker worker("test", [](std::stop_token) { throw std::runtime_error("the model threw"); });
  ASSERT_TRUE(worker.wait(10s));
  EXPECT_FALSE(worker.alive());
  ASSERT_TRUE(worker.failure());
  EXPECT_NE(worker.failure()->message.find("the model threw"), std::string::npos);
}

TEST(Worker, WaitSaysWhenAThreadDoesNotEnd) {
  std::binary_semaphore release(0);
  Worker worker("test", [&](std::stop_token) { release.acquire(); });
  worker.request_stop();
  EXPECT_FALSE(worker.wait(1ms));
  release.release();
  EXPECT_TRUE(worker.wait(10s));
}

TEST(SystemClock, AStopEndsAWaitAtOnce) {
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(Clock::system().wait_for(1h, stop.get_token()));
}

TEST(SystemClock, AWaitEndsAtItsDeadline) {
  const auto before = Clock::system().steady();
  EXPECT_TRUE(Clock::system().wait_for(2ms, {}));
  EXPECT_GE(Clock::system().steady() - before, 2ms);
}

}  // namespace
}  // namespace kinesight

#include "clips/crew.h"

#include <latch>
#include <new>

#include "clips/support/clip_rig.h"

namespace kinesight::clips {
namespace {

using std::chrono::seconds;

const QueueNames kQueues;

struct CrewTest : testing::Test, ClipRig {
  support::FakeBroker::Taker consumer{broker, kQueues.tasks, 4};
  Processor processor{{stream, maker, tools, *files, *store, broker, with_cache, clock, telemetry}, options};
  TaskHandler handler{{processor, broker, consumer, clock, telemetry}, kQueues, {}, 5, 30};

  CrewTest() {
    broker.make_queue(kQueues.tasks);
    broker.make_queue(kQueues.dead_letters);
  }

  void send(double from, double until) {
    ASSERT_TRUE(broker.publish(kQueues.tasks, {.body = to_json(task(from, until))}, {}, {}));
  }
};

TEST_F(CrewTest, WorksOnAsManyTasksAtOnceAsItHasWorkers) {
  std::latch both(2);
  stream.before_describe = [&](const std::stop_token&) { both.arrive_and_wait(); };
  Crew crew(2, consumer, handler, telemetry);
  send(4, 6);
  send(6, 8);
  EXPECT_TRUE(broker.await_empty(kQueues.tasks, seconds(30))) << "one waits for the other";
  EXPECT_EQ(broker.messages(kNext).size(), 2U);
  EXPECT_TRUE(crew.stop(seconds(0)));
}

TEST_F(CrewTest, LetsTasksInWorkEndWhenItStopsAndTakesNoOther) {
  std::latch begun(1), go_on(1);
  stream.before_describe = [&](const std::stop_token&) {
    begun.count_down();
    go_on.wait();
  };
  Crew crew(1, consumer, handler, telemetry);
  send(4, 6);
  begun.wait();
  send(6, 8);
  std::jthread stopper([&] { EXPECT_TRUE(crew.stop(seconds(30))); });
  go_on.count_down();
  stopper.join();
  EXPECT_EQ(broker.messages(kNext).size(), 1U);
  EXPECT_EQ(broker.unsettled(kQueues.tasks), 0U);
  EXPECT_EQ(broker.messages(kQueues.tasks).size(), 1U) << "the other one stays where it is";
}

TEST_F(CrewTest, GivesBackWhatDoesNotEndInTime) {
  std::latch begun(1);
  stream.before_describe = [&](const std::stop_token& stop) {
    begun.count_down();
    std::latch stopped(1);
    const std::stop_callback on_stop(stop, [&] { stopped.count_down(); });
    stopped.wait();
  };
  Crew crew(1, consumer, handler, telemetry);
  send(4, 6);
  begun.wait();
  EXPECT_TRUE(crew.stop(seconds(0)));
  EXPECT_EQ(broker.messages(kQueues.tasks).size(), 1U);
  EXPECT_TRUE(broker.messages(kNext).empty());
  EXPECT_TRUE(broker.messages(kQueues.dead_letters).empty());
}

TEST_F(CrewTest, AnExceptionCostsATaskNoWorkerAndNothing) {
  std::atomic<int> calls = 0;
  stream.before_describe = [&](const std::stop_token&) {
    if (++calls == 1) throw std::bad_alloc();
  };
  Crew crew(1, consumer, handler, telemetry);
  send(4, 6);
  EXPECT_TRUE(broker.await_empty(kQueues.tasks, seconds(30)));
  EXPECT_EQ(broker.messages(kNext).size(), 1U);
  EXPECT_TRUE(crew.stop(seconds(0)));
}

}  // namespace
}  // namespace kinesight::clips

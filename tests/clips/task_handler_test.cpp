#include "clips/task_handler.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

#include "clips/support/clip_rig.h"
#include "support/replay.h"

namespace kinesight::clips {
namespace {

using Fate = support::FakeBroker::Fate;
using testing::HasSubstr;

const QueueNames kQueues;

struct TaskHandlerTest : testing::Test, ClipRig {
  support::FakeBroker::Taker consumer{broker, kQueues.tasks, 4};
  int max_deliveries = 5;

  TaskHandlerTest() {
    broker.make_queue(kQueues.tasks);
    broker.make_queue(kQueues.dead_letters);
  }

  void send(const std::string& body, std::map<std::string, std::string> headers = {}) {
    const Message message{.body = body, .headers = std::move(headers), .message_id = "id"};
    ASSERT_TRUE(broker.publish(kQueues.tasks, message, {}, {}));
  }

  /// Handles what is in the queue until nothing is.
  void handle_all() { ASSERT_LT(handle(1000), 1000) << "there is no end to it"; }

  /// Handles up to `most` messages; how many there were.
  int handle(int most) {
    const Processor processor({stream, maker, tools, *files, *store, broker, with_cache, clock, telemetry},
                              options);
    const TaskHandler handler({processor, broker, consumer, clock, telemetry}, kQueues, options.retry,
                              max_deliveries, options.clip.publish_seconds);
    for (int i = 0; i < most; ++i) {
      const auto delivery = consumer.next({}, {});
      if (!delivery || !*delivery) return i;
      handler.handle(**delivery, {});
    }
    return most;
  }

  std::vector<Message> dead() { return broker.messages(kQueues.dead_letters); }
};

TEST_F(TaskHandlerTest, WhatADeadLetterSaysIsTextWhateverWasSent) {
  send("\xff\xfe{}");
  handle_all();
  ASSERT_EQ(dead().size(), 1U);
  EXPECT_EQ(dead()[0].body, "\xff\xfe{}");
  EXPECT_THAT(
      dead()[0].headers.at(std::string(kErrorHeader)),
      testing::AllOf(HasSubstr("expected JSON"), HasSubstr("\xef\xbf\xbd"), testing::Not(HasSubstr("\xff"))));
}

TEST_F(TaskHandlerTest, ATaskIsAcknowledgedWhenTheNextQueueHasIt) {
  send(to_json(task(4, 10)));
  handle_all();
  EXPECT_EQ(broker.messages(kNext).size(), 1U);
  EXPECT_EQ(broker.unsettled(kQueues.tasks), 0U);
  EXPECT_TRUE(dead().empty());
}

TEST_F(TaskHandlerTest, WhatIsNoTaskIsADeadLetterWithItsReasonAndAsItCame) {
  send("{\"camera_id\": \"../etc\"}", {{"theirs", "kept"}});
  handle_all();
  ASSERT_EQ(dead().size(), 1U);
  const auto letter = dead()[0];
  EXPECT_EQ(letter.body, "{\"camera_id\": \"../etc\"}");
  EXPECT_EQ(letter.message_id, "id");
  EXPECT_EQ(letter.headers.at("theirs"), "kept");
  EXPECT_EQ(letter.headers.at("x-kinesight-reason"), "invalid");
  EXPECT_EQ(letter.headers.at("x-kinesight-step"), "task");
  EXPECT_THAT(letter.headers.at("x-kinesight-error"), HasSubstr("camera_id: expected"));
  EXPECT_EQ(broker.unsettled(kQueues.tasks), 0U);
}

TEST_F(TaskHandlerTest, AFailedTaskIsADeadLetterAndADroppedOneIsNot) {
  send(to_json(task(100, 110)));  // Nothing was recorded then.
  handle_all();
  ASSERT_EQ(dead().size(), 1U);
  EXPECT_EQ(dead()[0].headers.at("x-kinesight-step"), "clip");
  EXPECT_EQ(dead()[0].headers.at("x-kinesight-reason"), "not_found");
  stream.status = "DELETING";
  send(to_json(task(4, 10)));
  handle_all();
  EXPECT_EQ(dead().size(), 1U);
  EXPECT_TRUE(broker.messages(kNext).empty());
  EXPECT_EQ(telemetry.metrics.value(telemetry::kClipTasks, {"dropped"}), 1);
}

TEST_F(TaskHandlerTest, ATaskStaysWhereItIsWhenNoQueueTakesWhatCameOfIt) {
  broker.decide([](const std::string& queue, const Message&) {
    return queue == kQueues.tasks ? Fate::confirmed : Fate::unavailable;
  });
  send(to_json(task(4, 10)));
  const auto delivery = consumer.next({}, {});
  const Processor processor({stream, maker, tools, *files, *store, broker, with_cache, clock, telemetry},
                            options);
  const TaskHandler handler({processor, broker, consumer, clock, telemetry}, kQueues, options.retry,
                            max_deliveries, options.clip.publish_seconds);
  handler.handle(**delivery, {});
  EXPECT_EQ(broker.messages(kQueues.tasks).size(), 1U);
  broker.decide({});
  handle_all();
  EXPECT_EQ(broker.messages(kNext).size(), 1U);
}

TEST_F(TaskHandlerTest, AMessageThatEndsTheServiceEachTimeIsADeadLetterInTheEnd) {
  send(to_json(task(4, 10)));
  int handed_out = 0;
  const Processor processor({stream, maker, tools, *files, *store, broker, with_cache, clock, telemetry},
                            options);
  const TaskHandler handler({processor, broker, consumer, clock, telemetry}, kQueues, options.retry,
                            max_deliveries, options.clip.publish_seconds);
  for (; handed_out < 50 && dead().empty(); ++handed_out) {
    const auto delivery = consumer.next({}, {});
    ASSERT_TRUE(delivery && *delivery);
    if ((*delivery)->redelivered) {
      handler.handle(**delivery, {});
    } else {
      broker.lose_consumers();  // The service ended here.
    }
  }
  ASSERT_EQ(dead().size(), 1U);
  EXPECT_THAT(dead()[0].headers.at("x-kinesight-error"), HasSubstr("handed out 5 times"));
  EXPECT_TRUE(broker.messages(kNext).empty());
}

TEST_F(TaskHandlerTest, WhateverFailsEachTaskIsOneObjectAndAMessageOrADeadLetter) {
  std::mt19937_64 random(support::replay_seed());
  options.thumbnail.enabled = false;
  max_deliveries = 1000;
  std::set<std::int64_t> good, bad;
  for (int i = 0; i < 60; ++i) {
    const double from = i * 0.5;
    if (i % 7 == 3) {
      bad.insert(i);
      send(to_json(task(100 + from, 101 + from, i)));
    } else {
      good.insert(i);
      send(to_json(task(from, from + 3, i)));
    }
  }
  broker.decide([&](const std::string&, const Message&) {
    const auto dice = random() % 10;
    return dice == 0 ? Fate::unavailable : dice == 1 ? Fate::taken_then_lost : Fate::confirmed;
  });
  for (int i = 0; i < 200; ++i) {
    if (random() % 3 == 0) broker.lose_acknowledgements(1);
    if (random() % 5 == 0) stream.fail_next("clip", {ErrorKind::throttled, "slow down"}, 1 + random() % 8);
    if (random() % 9 == 0) broker.lose_consumers();
    if (random() % 4 == 0) cache.forget_all();
    handle(1);
  }
  broker.decide({});
  handle_all();

  std::map<std::int64_t, int> told;
  std::map<std::int64_t, std::set<std::string>> of_what;
  for (const auto& message : broker.messages(kNext)) {
    const auto json = nlohmann::json::parse(message.body);
    ++told[json["process_id"].get<std::int64_t>()];
    of_what[json["process_id"].get<std::int64_t>()].insert(json["clip"]["sha256"]);
  }
  std::set<std::int64_t> buried;
  for (const auto& letter : dead()) buried.insert(parse_task(letter.body)->process_id);
  int repeated = 0;
  for (const auto id : good) {
    EXPECT_TRUE(told[id] >= 1 || buried.contains(id)) << "process " << id << " is lost";
    EXPECT_LE(of_what[id].size(), 1U) << "process " << id << " was told of two clips";
    repeated += std::max(0, told[id] - 1);
  }
  for (const auto id : bad) EXPECT_TRUE(buried.contains(id) && told[id] == 0) << id;
  std::cout << repeated << " messages more than tasks, " << dead().size() << " dead letters\n";
  EXPECT_EQ(left_behind(), 0U);
}

}  // namespace
}  // namespace kinesight::clips

// Looking through the dead letters: nothing is lost, nothing is taken that was not asked for.
#include "clips/dead_letters.h"

#include <gmock/gmock.h>

#include "clips/task_handler.h"
#include "support/fake_broker.h"

namespace kinesight::clips {
namespace {

using Fate = support::FakeBroker::Fate;
using testing::ElementsAre;
using testing::HasSubstr;

const QueueNames kQueues;

struct DeadLettersTest : testing::Test {
  support::FakeBroker broker;
  support::FakeBroker::Taker consumer{broker, kQueues.dead_letters, DeadLetterQueue::kMostHeld};

  DeadLettersTest() {
    broker.make_queue(kQueues.tasks);
    broker.make_queue(kQueues.dead_letters);
  }
  /// A dead letter of the task `process_id`, as TaskHandler writes it.
  void bury(int process_id, const std::string& message_id = {}) {
    const std::string body = fmt::format(R"({{"camera_id": "front", "process_id": {}}})", process_id);
    ASSERT_TRUE(broker.publish(kQueues.dead_letters,
                               {.body = body,
                                .headers = {{std::string(kReasonHeader), "not_found"},
                                            {std::string(kStepHeader), "clip"},
                                            {std::string(kErrorHeader), "no media"},
                                            {std::string(kFailedAtHeader), "2026-02-26T14:32:00.000Z"},
                                            {std::string(kDeliveriesHeader), "2"},
                                            {"backend", "kept"}},
                                .message_id = message_id},
                               {}, {}));
  }
  DeadLetterQueue queue() {
    return {consumer, {.ready = broker.messages(kQueues.dead_letters).size(), .patience = {}}};
  }
  std::vector<DeadLetter> listed(std::size_t limit = 100) {
    std::vector<DeadLetter> all;
    const auto count = queue().list(limit,
                                    [&](const DeadLetter& letter) {
                                      all.push_back(letter);
                                      return Result<>();
                                    },
                                    {});
    EXPECT_TRUE(count) << count.error().message;
    if (count) {
      EXPECT_EQ(*count, all.size());
    }
    return all;
  }
  /// The process ids in a queue, in its order.
  std::vector<std::string> in(const std::string& name) {
    std::vector<std::string> ids;
    for (const auto& message : broker.messages(name)) ids.push_back(read_dead_letter(message).process_id);
    return ids;
  }
  std::vector<std::string> dead() { return in(kQueues.dead_letters); }
  std::vector<std::string> tasks() { return in(kQueues.tasks); }
};

TEST_F(DeadLettersTest, ListingTellsAndLeavesThemAsTheyWere) {
  bury(501, "m-1");
  bury(502);
  bury(503);
  const auto all = listed(2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, "m-1");
  EXPECT_EQ(all[0].camera_id, "front");
  EXPECT_EQ(all[0].process_id, "501");
  EXPECT_EQ(all[0].reason, "not_found");
  EXPECT_EQ(all[0].step, "clip");
  EXPECT_EQ(all[0].error, "no media");
  EXPECT_EQ(all[0].failed_at, "2026-02-26T14:32:00.000Z");
  EXPECT_EQ(all[0].deliveries, 2);
  EXPECT_EQ(all[0].bytes, all[0].payload.size());
  EXPECT_THAT(dead(), ElementsAre("501", "502", "503")) << "in their order";
  EXPECT_EQ(broker.unsettled(kQueues.dead_letters), 0u);
}

TEST_F(DeadLettersTest, AnIdIsTheSameEachTimeAndAnothersIsAnother) {
  bury(501);
  bury(502);
  const auto once = listed(), again = listed();
  ASSERT_EQ(once.size(), 2u);
  EXPECT_EQ(once[0].id, again[0].id);
  EXPECT_EQ(once[0].id.size(), 12u);
  EXPECT_NE(once[0].id, once[1].id);
}

TEST_F(DeadLettersTest, WhatIsNoTaskIsListedToo) {
  const std::string deep = R"({"camera_id": "front", "x": )" + std::string(100'000, '[');
  for (const std::string& body : {std::string(), std::string("{"), std::string("[1]"),
                                  std::string(R"({"camera_id": 7, "process_id": "7"})"), deep})
    ASSERT_TRUE(
        broker.publish(kQueues.dead_letters, {.body = body, .headers = {}, .message_id = {}}, {}, {}));
  const auto all = listed();
  ASSERT_EQ(all.size(), 5u);
  for (const auto& letter : all) {
    EXPECT_EQ(letter.camera_id, "");
    EXPECT_EQ(letter.process_id, "");
    EXPECT_EQ(letter.reason, "");
    EXPECT_EQ(letter.deliveries, 0);
  }
}

TEST_F(DeadLettersTest, RetryPutsTheTasksBackWithoutWhatWeNotedOnThem) {
  bury(501, "m-1");
  bury(502);
  EXPECT_EQ(queue().retry({}, broker, kQueues.tasks, {}, {}).value(), 2u);
  EXPECT_THAT(tasks(), ElementsAre("501", "502"));
  EXPECT_TRUE(dead().empty());
  const auto task = broker.messages(kQueues.tasks).front();
  EXPECT_EQ(task.message_id, "m-1");
  EXPECT_EQ(task.headers, (std::map<std::string, std::string>{{"backend", "kept"}}));
}

TEST_F(DeadLettersTest, OnlyThoseWithTheIds) {
  bury(501, "m-1");
  bury(502, "m-2");
  bury(503, "m-3");
  EXPECT_EQ(queue().retry({"m-2", "m-9"}, broker, kQueues.tasks, {}, {}).value(), 1u);
  EXPECT_THAT(tasks(), ElementsAre("502"));
  EXPECT_THAT(dead(), ElementsAre("501", "503"));
  EXPECT_EQ(queue().drop({"m-3"}, {}).value(), 1u);
  EXPECT_THAT(dead(), ElementsAre("501"));
  EXPECT_EQ(queue().drop({}, {}).value(), 1u);
  EXPECT_TRUE(dead().empty());
  EXPECT_THAT(tasks(), ElementsAre("502"));
}

TEST_F(DeadLettersTest, ALetterThatCannotBeSentStays) {
  bury(501);
  bury(502);
  bury(503);
  broker.next_fates({Fate::confirmed, Fate::unavailable});
  const auto sent = queue().retry({}, broker, kQueues.tasks, {}, {});
  ASSERT_FALSE(sent);
  EXPECT_THAT(sent.error().message, HasSubstr("after 1 dead letter: "));
  EXPECT_THAT(tasks(), ElementsAre("501"));
  EXPECT_THAT(dead(), ElementsAre("502", "503"));
}

TEST_F(DeadLettersTest, WithoutAnswerItIsSentTwiceRatherThanNever) {
  bury(501);
  broker.next_fates({Fate::taken_then_lost});
  EXPECT_FALSE(queue().retry({}, broker, kQueues.tasks, {}, {}));
  EXPECT_THAT(dead(), ElementsAre("501"));
  EXPECT_EQ(queue().retry({}, broker, kQueues.tasks, {}, {}).value(), 1u);
  EXPECT_THAT(tasks(), ElementsAre("501", "501"));
  EXPECT_TRUE(dead().empty());
}

TEST_F(DeadLettersTest, WhatFailsAgainMeanwhileIsNotRetriedForEver) {
  bury(501);
  const DeadLetterQueue::Options seen{.ready = 1, .patience = {}};
  bury(502);  // Came after the queue was looked at.
  EXPECT_EQ(DeadLetterQueue(consumer, seen).retry({}, broker, kQueues.tasks, {}, {}).value(), 1u);
  EXPECT_THAT(tasks(), ElementsAre("501"));
  EXPECT_THAT(dead(), ElementsAre("502"));
}

TEST_F(DeadLettersTest, ALetterThatCameCutIsNotSentAsAWhole) {
  ASSERT_TRUE(broker.publish(kQueues.dead_letters,
                             {.body = "{", .headers = {}, .message_id = "long", .cut_bytes = 5}, {}, {}));
  const auto sent = queue().retry({}, broker, kQueues.tasks, {}, {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::invalid);
  EXPECT_THAT(sent.error().message, HasSubstr("dead letter long has 6 bytes"));
  EXPECT_TRUE(tasks().empty());
  EXPECT_EQ(listed().at(0).bytes, 6u);
  EXPECT_EQ(queue().drop({"long"}, {}).value(), 1u);
}

TEST_F(DeadLettersTest, ALostConnectionIsSaidAndNothingIsCountedTwice) {
  bury(501);
  bury(502);
  std::vector<std::string> shown;
  const auto count = queue().list(100,
                                  [&](const DeadLetter& letter) {
                                    shown.push_back(letter.process_id);
                                    if (shown.size() == 1) broker.lose_consumers();
                                    return Result<>();
                                  },
                                  {});
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(shown, ElementsAre("501"));
}

TEST_F(DeadLettersTest, AnAcknowledgementInVainIsSaid) {
  bury(501);
  struct Forgetful final : Publisher {
    support::FakeBroker& broker;
    explicit Forgetful(support::FakeBroker& given) : broker(given) {}
    Result<> publish(const std::string& queue, const Message& message, Clock::Duration patience,
                     std::stop_token stop) override {
      auto sent = broker.publish(queue, message, patience, stop);
      broker.lose_consumers();
      return sent;
    }
  } publisher(broker);
  const auto sent = queue().retry({}, publisher, kQueues.tasks, {}, {});
  ASSERT_FALSE(sent);
  EXPECT_THAT(sent.error().message, HasSubstr("the last letter is still there"));
  EXPECT_THAT(tasks(), ElementsAre("501"));
  EXPECT_THAT(dead(), ElementsAre("501")) << "it comes twice, and is known then";
}

TEST_F(DeadLettersTest, AStopGivesEverythingBack) {
  bury(501);
  bury(502);
  std::stop_source stop;
  const auto count = queue().list(
      100,
      [&](const DeadLetter&) {
        stop.request_stop();
        return Result<>();
      },
      stop.get_token());
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().kind, ErrorKind::cancelled);
  EXPECT_THAT(dead(), ElementsAre("501", "502"));
}

}  // namespace
}  // namespace kinesight::clips

// What RabbitMQ says about queues that differ, as RabbitMQ 3.10 says it, and how long consumers may hold.
#include "clips/broker/rabbitmq/queue_arguments.h"

#include <gtest/gtest.h>

#include "clips/broker/rabbitmq/queues.h"

namespace kinesight::clips {
namespace {

using rabbitmq::read_difference;

TEST(QueueDifference, NamesArgumentAndBothValues) {
  const auto difference = read_difference(
      "RabbitMQ says 406 PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 'a b' in vhost "
      "'/': "
      "received none but current is the value '10' of type 'signedint'");
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->argument, "x-max-priority");
  EXPECT_EQ(difference->asked, "none");
  EXPECT_EQ(difference->found, "'10'");
}

TEST(QueueDifference, KnowsValuesOfBothSidesAndProperties) {
  const auto type = read_difference(
      "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received the value "
      "'quorum' of type 'longstr' but current is none");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->asked, "'quorum'");
  EXPECT_EQ(type->found, "none");
  const auto durable = read_difference(
      "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': received 'true' but "
      "current "
      "is 'false'");
  ASSERT_TRUE(durable);
  EXPECT_EQ(durable->argument, "durable");
  EXPECT_EQ(durable->found, "'false'");
  EXPECT_NE(describe("q", *durable).find("the queue q has durable = 'false', and 'true' was asked for"),
            std::string::npos);
}

TEST(QueueDifference, IsNothingInOtherTexts) {
  for (const char* text :
       {"", "PRECONDITION_FAILED - unknown delivery tag 7",
        "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'cut off in the mid"})
    EXPECT_FALSE(read_difference(text)) << text;
}

TEST(UsualConsumerTimeout, FollowsTheVersion) {
  using std::chrono::minutes;
  EXPECT_EQ(usual_consumer_timeout("3.10.8"), minutes(30));
  EXPECT_EQ(usual_consumer_timeout("4.0.2"), minutes(30));
  EXPECT_EQ(usual_consumer_timeout("3.8.17"), minutes(30));
  EXPECT_EQ(usual_consumer_timeout("3.8.16"), minutes(15));
  EXPECT_EQ(usual_consumer_timeout("3.8.14"), std::nullopt);
  EXPECT_EQ(usual_consumer_timeout("unknown"), std::nullopt);
  EXPECT_EQ(usual_consumer_timeout(""), std::nullopt);
}

}  // namespace
}  // namespace kinesight::clips

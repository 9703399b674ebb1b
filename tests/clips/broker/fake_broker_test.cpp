// The fake broker keeps the promises of broker.h that the processor relies on, and breaks those it is told
// to.
#include "support/fake_broker.h"

#include <gtest/gtest.h>

namespace kinesight::clips {
namespace {

using support::FakeBroker;
constexpr Clock::Duration kNoTime{};

class FakeBrokerTest : public testing::Test {
 protected:
  FakeBrokerTest() { broker_.make_queue("q"); }

  Result<> publish(const std::string& body) {
    return broker_.publish("q", {.body = body, .headers = {}, .message_id = {}}, kNoTime, {});
  }
  std::optional<Delivery> next() { return taker_.next(kNoTime, {}).value(); }

  FakeBroker broker_;
  FakeBroker::Taker taker_{broker_, "q", 2};
};

TEST_F(FakeBrokerTest, HandsOutInOrderAndNoMoreThanPrefetch) {
  for (const char* body : {"1", "2", "3"}) ASSERT_TRUE(publish(body));
  const auto first = next();
  ASSERT_EQ(first->message.body, "1");
  ASSERT_EQ(next()->message.body, "2");
  EXPECT_FALSE(next());
  EXPECT_TRUE(taker_.acknowledge(*first));
  EXPECT_FALSE(taker_.acknowledge(*first)) << "it was settled already";
  EXPECT_EQ(next()->message.body, "3");
}

TEST_F(FakeBrokerTest, WhatIsLostOrGivenBackComesAgainMarked) {
  for (const char* body : {"1", "2"}) ASSERT_TRUE(publish(body));
  const auto first = next();
  next();
  broker_.lose_consumers();
  EXPECT_FALSE(taker_.acknowledge(*first));
  const auto again = next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->message.body, "1");
  EXPECT_TRUE(again->redelivered);
  EXPECT_TRUE(taker_.give_back(*again));
  EXPECT_EQ(next()->message.body, "1");
}

TEST_F(FakeBrokerTest, WhatIsGivenBackIsInItsOldPlace) {
  for (const char* body : {"1", "2", "3"}) ASSERT_TRUE(publish(body));
  const auto first = next(), second = next();
  ASSERT_TRUE(second);
  EXPECT_TRUE(taker_.give_back(*first));
  EXPECT_TRUE(taker_.give_back(*second));
  std::string order;
  for (const auto& message : broker_.messages("q")) order += message.body;
  EXPECT_EQ(order, "123");
}

TEST_F(FakeBrokerTest, FailsAsTold) {
  broker_.next_fates({FakeBroker::Fate::unavailable, FakeBroker::Fate::taken_then_lost});
  EXPECT_EQ(publish("never").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(publish("there").error().kind, ErrorKind::unavailable);
  ASSERT_EQ(broker_.messages("q").size(), 1u);
  EXPECT_EQ(broker_.messages("q")[0].body, "there");
  EXPECT_EQ(broker_.publish("other", {}, kNoTime, {}).error().kind, ErrorKind::invalid);
  broker_.lose_acknowledgements(1);
  EXPECT_TRUE(taker_.acknowledge(*next()));
  const auto again = next();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->redelivered);
  EXPECT_TRUE(taker_.acknowledge(*again));
  EXPECT_TRUE(broker_.await_empty("q", kNoTime));
}

}  // namespace
}  // namespace kinesight::clips

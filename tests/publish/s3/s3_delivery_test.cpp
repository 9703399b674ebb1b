#include "publish/s3/s3_delivery.h"

#include "publish/s3/s3_fixture.h"

namespace kinesight::publish {
namespace {

using testing::ElementsAre;
using testing::Pair;

class S3DeliveryTest : public BucketTest {
 protected:
  BatchResult deliver(const std::string& key = kKey) {
    const Entry entry{.sequence = 1, .key = "front", .name = key, .sink = {}, .payload = "\xff\xd8 jpeg"};
    const std::array<const Entry*, 1> batch{&entry};
    return S3Delivery(bucket()).deliver(batch, {});
  }
  BatchResult refused(int status, const std::string& code) {
    transport_->answer(status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
    return deliver();
  }
};

TEST_F(S3DeliveryTest, PutsThePictureOnce) {
  transport_->answer(200);
  const auto result = deliver();
  ASSERT_FALSE(result.whole) << result.whole->message;
  ASSERT_EQ(result.outcomes.size(), 1U);
  EXPECT_EQ(result.outcomes[0].verdict, Verdict::delivered);
  EXPECT_EQ(only_request().body, "\xff\xd8 jpeg");
}

TEST_F(S3DeliveryTest, FaultsOfTheBucketMakeEverythingWait) {
  EXPECT_EQ(refused(404, "NoSuchBucket").whole->kind, ErrorKind::not_found);
  EXPECT_EQ(refused(403, "AccessDenied").whole->kind, ErrorKind::denied);
  EXPECT_EQ(refused(503, "SlowDown").whole->kind, ErrorKind::throttled);
  EXPECT_EQ(refused(400, "InvalidBucketState").whole->kind, ErrorKind::denied)
      << "an error that we do not know made dead letters";
}

TEST_F(S3DeliveryTest, AnObjectThatS3WillNeverTakeIsPoison) {
  EXPECT_EQ(refused(400, "EntityTooLarge").whole->kind, ErrorKind::invalid);
  EXPECT_EQ(deliver("no key of ours").whole->kind, ErrorKind::invalid);
}

TEST_F(S3DeliveryTest, WithoutAnAnswerThePictureMayBeThere) {
  transport_->fail(ErrorKind::unavailable, true);
  const auto result = deliver();
  EXPECT_EQ(result.whole->kind, ErrorKind::unavailable);
  EXPECT_TRUE(result.uncertain);
  EXPECT_EQ(transport_->sent.size(), 1U) << "the drain tries again, not the client";
}

TEST_F(S3DeliveryTest, SendsOneAtATimeAndSeveralAtOnce) {
  options().max_in_flight = 3;
  const auto limits = S3Delivery(bucket()).limits();
  EXPECT_EQ(limits.entries, 1U);
  EXPECT_EQ(limits.in_flight, 3);
}

TEST_F(S3DeliveryTest, CountsUnderTheSeedsNames) {
  EXPECT_THAT(S3Delivery(bucket()).totals({.delivered = 340, .dead = 1, .dropped = 1, .bytes = 12'345'678}),
              ElementsAre(Pair("saved", 340U), Pair("failed", 2U), Pair("bytes_uploaded", 12'345'678U)));
}

}  // namespace
}  // namespace kinesight::publish

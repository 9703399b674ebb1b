#include "publish/s3/provision.h"

#include "publish/publisher_kind.h"
#include "publish/s3/s3_fixture.h"
#include "publish/sink_context.h"

namespace kinesight::publish {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BucketProvisioning : public BucketTest {
 protected:
  Resource inspect() {
    const auto found = inspect_bucket(parsed_, session_, {}, {});
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->at(0) : Resource{};
  }
};

TEST_F(BucketProvisioning, ABucketInItsRegionIsAsItShouldBe) {
  transport_->answer(200, "", {{"x-amz-bucket-region", "eu-west-1"}});
  const auto found = inspect();
  EXPECT_EQ(found.name, "S3 bucket pictures");
  EXPECT_EQ(found.shape, "in eu-west-1");
  EXPECT_TRUE(found.exists);
  EXPECT_THAT(found.differences, IsEmpty());
  EXPECT_FALSE(found.make);
}

TEST_F(BucketProvisioning, AnotherRegionIsADifference) {
  transport_->answer(200, "", {{"x-amz-bucket-region", "us-east-1"}});
  EXPECT_THAT(
      inspect().differences,
      ElementsAre("expected it in eu-west-1, found it in us-east-1; set publishers.s3.region to that"));
}

TEST_F(BucketProvisioning, MakesABucketAndWaitsUntilItIsThere) {
  transport_->answer(404);
  const auto absent = inspect();
  EXPECT_FALSE(absent.exists);
  ASSERT_TRUE(absent.make);
  transport_->answer(200);
  transport_->answer(404);
  transport_->answer(200, "", {{"x-amz-bucket-region", "eu-west-1"}});
  const auto made = absent.make({});
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(transport_->sent.size(), 4U);
  EXPECT_EQ(transport_->sent[1].method, "PUT");
  EXPECT_THAT(transport_->sent[1].body, HasSubstr("<LocationConstraint>eu-west-1<"));
}

TEST_F(BucketProvisioning, ABucketThatDoesNotAppearIsAnErrorInTime) {
  transport_->answer(404);
  const auto absent = inspect();
  transport_->answer(200);
  for (int i = 0; i <= 61; ++i) transport_->answer(404);
  const auto made = absent.make({});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("made, but not to be found"));
}

TEST_F(BucketProvisioning, SomebodyElsesBucketIsAnError) {
  transport_->answer(403);
  EXPECT_EQ(inspect_bucket(parsed_, session_, {}, {}).error().kind, ErrorKind::denied);
}

TEST_F(BucketProvisioning, AsksForTheLeastPermissions) {
  const auto row = s3_publisher_kind();
  const auto running = row.permissions(parsed_);
  ASSERT_EQ(running.size(), 1U);
  EXPECT_THAT(running[0].actions, ElementsAre("s3:PutObject", "s3:GetObject"));
  EXPECT_THAT(running[0].resources, ElementsAre("arn:aws:s3:::pictures/site-7/*"));
  options().prefix = "";
  EXPECT_THAT(row.permissions(parsed_)[0].resources, ElementsAre("arn:aws:s3:::pictures/*"));
  EXPECT_THAT(row.provision_permissions(parsed_).at(0).resources, ElementsAre("arn:aws:s3:::pictures"));
}

TEST_F(BucketProvisioning, TheRowMakesASinkThatWantsPicturesUnlessToldNotTo) {
  options().jpeg_quality = 77;
  const auto sink = s3_publisher_kind().make_sink(parsed_, support::over(session_));
  ASSERT_TRUE(sink) << sink.error().message;
  EXPECT_EQ(sink->delivery->stream(), Stream::snapshots);
  ASSERT_TRUE(sink->snapshots);
  EXPECT_EQ(sink->snapshots->jpeg_quality, 77);
  EXPECT_EQ(sink->snapshot_prefix, "site-7");
  options().save_snapshots = false;
  EXPECT_FALSE(s3_publisher_kind().make_sink(parsed_, support::over(session_))->snapshots);
}

}  // namespace
}  // namespace kinesight::publish

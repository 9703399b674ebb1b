#include "aws/services/s3.h"

#include "aws/digest.h"
#include "aws/services/scripted_session.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kNoSuchKey =
    "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";

class S3Test : public ServiceTest {
 protected:
  S3 aws(const std::string& region = "eu-west-1") {
    return S3::make(session_, {.region = region, .endpoint_url = ""}).value();
  }
  S3 local() {
    return S3::make(session_, {.region = "us-east-1", .endpoint_url = "http://127.0.0.1:9000"}).value();
  }
  CallResult<> put(const std::string& key, const ObjectOptions& options = {}) {
    return aws().put_object("snapshots", key, "body", options, std::nullopt, {});
  }
  /// The message of a request that is refused unsent.
  template <class T>
  std::string refusal(const CallResult<T>& result) {
    EXPECT_TRUE(transport_->sent.empty());
    if (result) return "no error";
    EXPECT_EQ(result.error().error.kind, ErrorKind::invalid);
    return result.error().error.message;
  }
};

TEST_F(S3Test, PutsAnObjectWithItsDigestTypeAndMetadata) {
  transport_->answer(200, "", {{"ETag", "\"1\""}});
  const auto put_result =
      put("front/2026/01/31/1.jpg", {.content_type = "image/jpeg", .metadata = {{"camera", "front"}}});
  ASSERT_TRUE(put_result) << put_result.error().error.message;
  const auto& request = only_request();
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.url, "https://snapshots.s3.eu-west-1.amazonaws.com/front/2026/01/31/1.jpg");
  EXPECT_EQ(request.header("Host"), "snapshots.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(request.header("Content-Type"), "image/jpeg");
  EXPECT_EQ(request.header("x-amz-meta-camera"), "front");
  EXPECT_EQ(request.header("x-amz-content-sha256"), hex(sha256("body")));
  EXPECT_THAT(request.header("Authorization"),
              AllOf(HasSubstr("/eu-west-1/s3/aws4_request"),
                    HasSubstr("content-type;host;x-amz-content-sha256;"), HasSubstr("x-amz-meta-camera")));
  EXPECT_EQ(request.body, "body");
}

TEST_F(S3Test, EncodesAKeyOnceSegmentBySegment) {
  transport_->answer(200);
  ASSERT_TRUE(put("a b/c+d%/é~(1)//../x?y#z"));
  EXPECT_EQ(only_request().url,
            "https://snapshots.s3.eu-west-1.amazonaws.com/a%20b/c%2Bd%25/%C3%A9~%281%29//../x%3Fy%23z");
}

TEST_F(S3Test, NamesTheBucketInThePathWhereAHostNameCannot) {
  transport_->answer(200, "x");
  ASSERT_TRUE(aws().get_object("my.snapshots", "key", {}));
  EXPECT_EQ(transport_->sent[0].url, "https://s3.eu-west-1.amazonaws.com/my.snapshots/key");
  transport_->answer(200, "x");
  ASSERT_TRUE(local().get_object("snapshots", "key", {}));
  EXPECT_EQ(transport_->sent[1].url, "http://127.0.0.1:9000/snapshots/key");
  EXPECT_EQ(transport_->sent[1].header("Host"), "127.0.0.1:9000");
}

TEST_F(S3Test, RefusesWhatS3WouldRefuse) {
  for (const auto* bucket :
       {"", "ab", "Upper", "-first", "last-", "under_score", "two..dots", "sla/sh", "pe%rcent"}) {
    EXPECT_THAT(refusal(aws().get_object(bucket, "key", {})), HasSubstr("expected a bucket name")) << bucket;
  }
  EXPECT_THAT(refusal(aws().get_object(std::string(64, 'b'), "key", {})),
              HasSubstr("expected a bucket name"));
  EXPECT_THAT(refusal(put("")), HasSubstr("expected a key of 1 to 1024 bytes, found 0"));
  EXPECT_THAT(refusal(put(std::string(1025, 'k'))), HasSubstr("found 1025"));
  EXPECT_THAT(refusal(put("\xff")), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal(put("k", {.content_type = "a\r\nX: y", .metadata = {}})), HasSubstr("content type"));
  for (const auto& header :
       net::Headers{{"Upper", "v"}, {"", "v"}, {"a b", "v"}, {"a", "\r\n"}, {"a", " v"}, {"a", "é"}}) {
    EXPECT_THAT(refusal(put("k", {.content_type = "text/plain", .metadata = {header}})),
                HasSubstr("expected metadata"));
  }
}

TEST_F(S3Test, TriesAPutAsOftenAsItIsTold) {
  transport_->answer(503, "<Error><Code>SlowDown</Code></Error>");
  const auto result = aws().put_object("snapshots", "key", "body", {}, 1, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::throttled);
  EXPECT_EQ(transport_->sent.size(), 1U);
}

TEST_F(S3Test, GetsAnObject) {
  transport_->answer(200, std::string("\xff\xd8\0\xff\xd9", 5));
  EXPECT_EQ(aws().get_object("snapshots", "key", {}).value(), std::string("\xff\xd8\0\xff\xd9", 5));
  EXPECT_EQ(only_request().method, "GET");
}

TEST_F(S3Test, SaysWhatIsNotThere) {
  transport_->answer(404, kNoSuchKey);
  const auto object = aws().get_object("snapshots", "key", {});
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().error.kind, ErrorKind::not_found);
  EXPECT_EQ(object.error().code, "NoSuchKey");
  transport_->answer(404);
  const auto info = aws().head_object("snapshots", "key", {});
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().error.kind, ErrorKind::not_found);
  EXPECT_EQ(info.error().code, "NoSuchKey");
  EXPECT_THAT(info.error().error.message, AllOf(HasSubstr("'key'"), HasSubstr("'snapshots'")));
  transport_->answer(404);
  const auto region = aws().bucket_region("snapshots", {});
  ASSERT_FALSE(region);
  EXPECT_EQ(region.error().error.kind, ErrorKind::not_found);
  EXPECT_EQ(region.error().code, "NoSuchBucket");
}

TEST_F(S3Test, TellsWhatAnObjectIs) {
  transport_->answer(200, "",
                     {{"content-length", "12345"},
                      {"ETag", "\"abc\""},
                      {"Content-Type", "image/jpeg"},
                      {"X-Amz-Meta-Camera", "front"}});
  const auto info = aws().head_object("snapshots", "key", {});
  ASSERT_TRUE(info) << info.error().error.message;
  EXPECT_EQ(only_request().method, "HEAD");
  EXPECT_EQ(info->bytes, 12345);
  EXPECT_EQ(info->etag, "\"abc\"");
  EXPECT_EQ(info->content_type, "image/jpeg");
  EXPECT_THAT(info->metadata, ElementsAre(net::Header{"camera", "front"}));
}

TEST_F(S3Test, AnObjectWithoutALengthIsCorrupt) {
  for (const auto& headers :
       {net::Headers{}, net::Headers{{"Content-Length", "many"}}, net::Headers{{"Content-Length", "-1"}},
        net::Headers{{"Content-Length", "1x"}}}) {
    transport_->answer(200, "", headers);
    const auto info = aws().head_object("snapshots", "key", {});
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().error.kind, ErrorKind::corrupt);
  }
}

TEST_F(S3Test, NamesTheRegionThatABucketIsIn) {
  transport_->answer(301, "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>");
  transport_->answer(301, "", {{"x-amz-bucket-region", "us-west-2"}});
  const auto result = put("key");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::invalid);
  EXPECT_THAT(
      result.error().error.message,
      HasSubstr("expected the bucket 'snapshots' in the region eu-west-1, found it in us-west-2; set the "
                "region to us-west-2"));
  ASSERT_EQ(transport_->sent.size(), 2U);
  const auto& asked = transport_->sent[1];
  EXPECT_EQ(asked.method, "HEAD");
  EXPECT_EQ(asked.url, "https://snapshots.s3.eu-west-1.amazonaws.com/");
  EXPECT_EQ(asked.header("Authorization"), "(no such header)");
}

TEST_F(S3Test, AWrongRegionThatNobodyNamesStaysAnError) {
  transport_->answer(301);
  transport_->answer(301, "", {{"x-amz-bucket-region", "<script>"}});
  EXPECT_EQ(put("key").error().error.kind, ErrorKind::invalid);
  transport_->answer(301);
  transport_->fail(ErrorKind::unavailable, /*went_out=*/false);
  EXPECT_EQ(put("key").error().error.kind, ErrorKind::invalid);
}

TEST_F(S3Test, TellsTheRegionOfABucketHere) {
  transport_->answer(200, "", {{"x-amz-bucket-region", "eu-west-1"}});
  EXPECT_EQ(aws().bucket_region("snapshots", {}).value(), "eu-west-1");
  EXPECT_EQ(only_request().url, "https://snapshots.s3.eu-west-1.amazonaws.com/");
  transport_->answer(200);
  EXPECT_EQ(local().bucket_region("snapshots", {}).value(), "us-east-1") << "a store that tells none";
  EXPECT_EQ(transport_->sent[1].url, "http://127.0.0.1:9000/snapshots");
}

TEST_F(S3Test, AsksTheRegionThatABucketIsInWhetherItIsOurs) {
  for (const int verdict : {200, 403}) {
    transport_->sent.clear();
    transport_->answer(301);
    transport_->answer(301, "", {{"x-amz-bucket-region", "us-west-2"}});
    transport_->answer(verdict);
    const auto region = aws().bucket_region("snapshots", {});
    ASSERT_EQ(transport_->sent.size(), 3U);
    EXPECT_EQ(transport_->sent[2].url, "https://snapshots.s3.us-west-2.amazonaws.com/");
    EXPECT_THAT(transport_->sent[2].header("Authorization"), HasSubstr("/us-west-2/s3/"));
    if (verdict == 200) {
      EXPECT_EQ(region.value(), "us-west-2");
    } else {
      EXPECT_EQ(region.error().error.kind, ErrorKind::denied);
    }
  }
}

TEST_F(S3Test, CreatesABucketInItsRegion) {
  transport_->answer(200);
  ASSERT_TRUE(aws().create_bucket("snapshots", {}));
  EXPECT_EQ(transport_->sent[0].method, "PUT");
  EXPECT_EQ(transport_->sent[0].body,
            "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>");
  transport_->answer(200);
  ASSERT_TRUE(aws("us-east-1").create_bucket("snapshots", {}));
  EXPECT_EQ(transport_->sent[1].body, "");
  EXPECT_EQ(transport_->sent[1].url, "https://snapshots.s3.us-east-1.amazonaws.com/");
}

TEST_F(S3Test, ABucketThatIsOursAlreadyIsNoError) {
  transport_->answer(409, "<Error><Code>BucketAlreadyOwnedByYou</Code></Error>");
  EXPECT_TRUE(aws().create_bucket("snapshots", {}));
  transport_->answer(409, "<Error><Code>BucketAlreadyExists</Code></Error>");
  const auto result = aws().create_bucket("snapshots", {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "BucketAlreadyExists");
}

TEST_F(S3Test, APresignedUrlTellsUntilWhenItIsGood) {
  EXPECT_NEAR(aws().presign_get("snapshots", "key", 3600, {}).value().expires_at,
              clock_.wall_seconds() + 3600, 1);
}

TEST_F(S3Test, PresignsAUrl) {
  const auto url = aws().presign_get("snapshots", "a b.jpg", 3600, {});
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_THAT(url->url, AllOf(StartsWith("https://snapshots.s3.eu-west-1.amazonaws.com/a%20b.jpg?"),
                              HasSubstr("X-Amz-Expires=3600"), HasSubstr("X-Amz-Signature=")));
  EXPECT_THAT(local().presign_get("snapshots", "key", 60, {}).value().url,
              StartsWith("http://127.0.0.1:9000/snapshots/key?"));
  EXPECT_FALSE(aws().presign_get("snapshots", "key", 0, {}));
  EXPECT_FALSE(aws().presign_get("snapshots", "key", 604'801, {}));
  EXPECT_FALSE(aws().presign_get("snapshots", "", 60, {}));
  EXPECT_TRUE(transport_->sent.empty());
}

}  // namespace
}  // namespace kinesight::aws

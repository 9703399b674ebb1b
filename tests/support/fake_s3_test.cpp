// The fake S3 stores objects, refuses wrong digests, and fails in XML.
#include "support/fake_aws_fixture.h"

namespace kinesight::support {
namespace {

using testing::HasSubstr;

class FakeS3Test : public FakeAwsTest {
 protected:
  FakeS3Test() { aws_.create_bucket("pictures"); }
  static std::string digest(const std::string& body) { return fake::to_hex(fake::sha256(body)); }
};

TEST_F(FakeS3Test, GivesBackAnObjectWithItsTypeAndMetadata) {
  const WireHeaders headers = {{"Content-Type", "image/jpeg"},
                               {"x-amz-meta-camera", "gate"},
                               {"x-amz-content-sha256", digest("jpeg")}};
  EXPECT_EQ(get("PUT", "/pictures/a%20b/%C3%BC.jpg", headers, "jpeg").status, 200);
  const WireAnswer found = get("GET", "/pictures/a%20b/%c3%bc.jpg");
  EXPECT_EQ(found.body, "jpeg");
  EXPECT_EQ(found.header("Content-Type"), "image/jpeg");
  EXPECT_EQ(found.header("x-amz-meta-camera"), "gate");
  const Events events = aws_.ledger().snapshot();
  ASSERT_EQ(events.objects.size(), 1u);
  EXPECT_EQ(events.objects[0].key, "a b/ü.jpg");
  EXPECT_EQ(events.objects[0].bytes, 4u);
  EXPECT_EQ(events.objects[0].sha256, digest("jpeg"));
}

TEST_F(FakeS3Test, HeadTellsTheSizeAndSendsNoBody) {
  get("PUT", "/pictures/x", {}, "12345");
  WireClient client(aws_.port());
  const WireAnswer head = client.send("HEAD", "/pictures/x", {}, "");
  EXPECT_EQ(head.header("Content-Length"), "5");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(client.send("HEAD", "/pictures/none", {}, "").status, 404);
  EXPECT_EQ(client.send("HEAD", "/pictures", {}, "").header("x-amz-bucket-region"), "us-east-1");
  EXPECT_EQ(client.send("HEAD", "/no-bucket", {}, "").status, 404);
}

TEST_F(FakeS3Test, RefusesABodyThatIsNotWhatItsDigestSays) {
  EXPECT_THAT(get("PUT", "/pictures/x", {{"x-amz-content-sha256", digest("other")}}, "body").body,
              HasSubstr("<Code>XAmzContentSHA256Mismatch</Code>"));
  EXPECT_THAT(get("PUT", "/pictures/x", {{"Content-MD5", fake::to_base64(fake::md5("other"))}}, "body").body,
              HasSubstr("<Code>BadDigest</Code>"));
  EXPECT_EQ(get("PUT", "/pictures/x", {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}, "body").status, 200);
}

TEST_F(FakeS3Test, FailsInXml) {
  const WireAnswer answer = get("GET", "/pictures/none%3Cx");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("<Code>NoSuchKey</Code>"));
  EXPECT_THAT(answer.body, HasSubstr("<Resource>/pictures/none&lt;x</Resource>"));
  EXPECT_NE(answer.header("x-amz-request-id"), "");
  EXPECT_THAT(get("PUT", "/none-such/x", {}, "body").body, HasSubstr("<Code>NoSuchBucket</Code>"));
  EXPECT_THAT(get("PUT", "/pictures").body, HasSubstr("<Code>BucketAlreadyOwnedByYou</Code>"));
  EXPECT_THAT(get("PUT", "/Bad_Name").body, HasSubstr("<Code>InvalidBucketName</Code>"));
  aws_.faults().add({.kind = FaultKind::throttle, .service = "s3", .count = 1});
  const WireAnswer slow_down = get("PUT", "/pictures/x", {}, "body");
  EXPECT_EQ(slow_down.status, 503);
  EXPECT_THAT(slow_down.body, HasSubstr("<Code>SlowDown</Code>"));
  EXPECT_EQ(aws_.ledger().snapshot().object_count, 0u);
}

TEST_F(FakeS3Test, ListsKeysInOrderPageByPage) {
  for (const char* key : {"b/2", "a/1", "b/1", "b/3"}) get("PUT", fmt::format("/pictures/{}", key), {}, "x");
  const WireAnswer first = get("GET", "/pictures?list-type=2&prefix=b%2F&max-keys=2");
  EXPECT_THAT(first.body, HasSubstr("<Key>b/1</Key>"));
  EXPECT_THAT(first.body, HasSubstr("<IsTruncated>true</IsTruncated>"));
  const WireAnswer second =
      get("GET", "/pictures?list-type=2&prefix=b%2F&max-keys=2&continuation-token=b%2F2");
  EXPECT_THAT(second.body, HasSubstr("<Key>b/3</Key>"));
  EXPECT_THAT(second.body, HasSubstr("<KeyCount>1</KeyCount>"));
}

TEST_F(FakeS3Test, CreatesOnceWhenTold) {
  EXPECT_EQ(get("PUT", "/pictures/x", {{"If-None-Match", "*"}}, "1").status, 200);
  EXPECT_EQ(get("PUT", "/pictures/x", {{"If-None-Match", "*"}}, "2").status, 412);
  EXPECT_EQ(get("GET", "/pictures/x").body, "1");
  EXPECT_EQ(get("DELETE", "/pictures/x").status, 204);
  EXPECT_EQ(get("GET", "/pictures/x").status, 404);
}

TEST_F(FakeS3Test, CutsARangeOut) {
  get("PUT", "/pictures/x", {}, "0123456789");
  const WireAnswer part = get("GET", "/pictures/x", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(get("GET", "/pictures/x", {{"Range", "bytes=10-"}}).status, 416);
}

TEST_F(FakeS3Test, TakesABodyInChunks) {
  WireClient client(aws_.port());
  client.send_raw(
      "PUT /pictures/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;name=value\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(get("GET", "/pictures/x").body, "abcde");
}

TEST_F(FakeS3Test, KnowsThePermissionsThatWereNeeded) {
  get("PUT", "/pictures/x", {}, "1");
  get("HEAD", "/pictures/x");
  get("HEAD", "/pictures");
  EXPECT_THAT(aws_.permissions_needed(),
              testing::ElementsAre("s3:GetObject", "s3:ListBucket", "s3:PutObject"));
}

}  // namespace
}  // namespace kinesight::support

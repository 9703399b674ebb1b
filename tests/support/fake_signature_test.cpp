// The fake's own check of Signature Version 4, held to the examples that AWS publishes (S3 API reference,
// "Authenticating Requests": header-based and query parameters).
#include "support/fake_aws_fixture.h"

namespace kinesight::support {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kMay24 = 1369353600;  // 2013-05-24T00:00:00Z, the examples' time.
constexpr const char* kHost = "examplebucket.s3.amazonaws.com";
constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kScope = "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
constexpr const char* kPresigned =
    "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%"
    "2Fs3"
    "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-"
    "Signature="
    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

class SignatureTest : public testing::Test {
 protected:
  SignatureTest() {
    aws_.hold_clock(kMay24);
    aws_.create_bucket("test.txt");  // The examples name their bucket in the host, the fake in the path.
  }
  WireAnswer send(const std::string& method, const std::string& target, const WireHeaders& headers,
                  const std::string& body = "") {
    return WireClient(aws_.port()).send(method, target, headers, body);
  }
  static WireHeaders get_example() {
    return {{"Host", kHost},
            {"Range", "bytes=0-9"},
            {"x-amz-content-sha256", kEmpty},
            {"x-amz-date", "20130524T000000Z"},
            {"Authorization",
             fmt::format("AWS4-HMAC-SHA256 {},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                         "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                         kScope)}};
  }
  static void change(WireHeaders& headers, std::string_view name, const std::string& value) {
    for (auto& header : headers) {
      if (header.first == name) header.second = value;
    }
  }

  FakeAws aws_;
};

TEST_F(SignatureTest, AcceptsTheExampleOfAGet) {
  EXPECT_THAT(send("GET", "/test.txt", get_example()).body, HasSubstr("<ListBucketResult"));
}

TEST_F(SignatureTest, AcceptsTheExampleOfAPut) {
  const std::string body = "Welcome to Amazon S3.";
  const WireHeaders headers = {
      {"Host", kHost},
      {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
      {"x-amz-date", "20130524T000000Z"},
      {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
      {"x-amz-content-sha256", fake::to_hex(fake::sha256(body))},
      {"Authorization",
       fmt::format("AWS4-HMAC-SHA256 {},SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;"
                   "x-amz-storage-class,"
                   "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
                   kScope)}};
  // Signed for what it is, it fails only because no bucket may be called so.
  EXPECT_THAT(send("PUT", "/test%24file.text", headers, body).body, HasSubstr("InvalidBucketName"));
  EXPECT_THAT(send("PUT", "/test$file.text", headers, body).body, HasSubstr("InvalidBucketName"));
  EXPECT_THAT(send("PUT", "/other.text", headers, body).body, HasSubstr("SignatureDoesNotMatch"));
}

TEST_F(SignatureTest, AcceptsTheExampleOfAPresignedGetUntilItExpires) {
  EXPECT_THAT(send("GET", kPresigned, {{"Host", kHost}}).body, HasSubstr("<ListBucketResult"));
  EXPECT_EQ(send("GET", std::string(kPresigned) + "0", {{"Host", kHost}}).status, 403);
  EXPECT_EQ(send("GET", kPresigned, {{"Host", "elsewhere"}}).status, 403);
  aws_.hold_clock(kMay24 + 86401);
  EXPECT_THAT(send("GET", kPresigned, {{"Host", kHost}}).body, HasSubstr("Request has expired"));
}

TEST_F(SignatureTest, RefusesARequestThatWasTamperedWith) {
  WireHeaders range = get_example();
  change(range, "Range", "bytes=0-10");
  WireHeaders digest = get_example();
  change(digest, "x-amz-content-sha256", std::string(64, '0'));
  WireHeaders more = get_example();
  more.emplace_back("x-amz-acl", "public-read");
  EXPECT_THAT(send("GET", "/test.txt", range).body, HasSubstr("<Code>SignatureDoesNotMatch</Code>"));
  EXPECT_THAT(send("GET", "/test.txt", digest).body, HasSubstr("<Code>SignatureDoesNotMatch</Code>"));
  EXPECT_THAT(send("GET", "/test.txt", more).body, HasSubstr("<Code>AccessDenied</Code>"));
  EXPECT_THAT(send("GET", "/test.txt?prefix=x", get_example()).body, HasSubstr("SignatureDoesNotMatch"));
}

TEST_F(SignatureTest, RefusesAKeyThatItDoesNotKnow) {
  WireHeaders headers = get_example();
  std::string& authorization = headers.back().second;
  authorization.replace(authorization.find("AKIAIOS"), 7, "AKIANOT");
  EXPECT_THAT(send("GET", "/test.txt", headers).body, HasSubstr("<Code>InvalidAccessKeyId</Code>"));
  EXPECT_THAT(send("GET", "/test.txt", {{"Host", kHost}}).body, HasSubstr("<Code>AccessDenied</Code>"));
}

TEST_F(SignatureTest, RefusesATokenThatTheKeyDoesNotHave) {
  WireHeaders headers = get_example();
  headers.emplace_back("X-Amz-Security-Token", "invented");
  EXPECT_EQ(send("GET", "/test.txt", headers).status, 403);
}

TEST_F(SignatureTest, RefusesAnExpiredKey) {
  aws_.keys().add({.access_key = kFakeAccessKey, .secret_key = kFakeSecretKey, .expires = kMay24 - 1});
  const WireAnswer answer = send("GET", "/test.txt", get_example());
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("<Code>ExpiredToken</Code>"));
}

TEST_F(SignatureTest, RefusesAClockThatIsOff) {
  aws_.hold_clock(kMay24 + 15 * 60 + 1);
  const WireAnswer answer = send("GET", "/test.txt", get_example());
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("<Code>RequestTimeTooSkewed</Code>"));
  EXPECT_EQ(answer.header("Date"), "Fri, 24 May 2013 00:15:01 GMT");
}

TEST_F(SignatureTest, JsonServicesRefuseInTheirOwnWords) {
  const WireHeaders headers = {{"X-Amz-Target", "Kinesis_20131202.ListStreams"},
                               {"X-Amz-Date", "20130524T000000Z"},
                               {"Authorization",
                                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/kinesis/"
                                "aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=00"}};
  const WireAnswer wrong = send("POST", "/", headers, "{}");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(json::parse(wrong.body)["__type"], "InvalidSignatureException");
  aws_.hold_clock(kMay24 + 301);
  EXPECT_THAT(send("POST", "/", headers, "{}").body,
              HasSubstr("Signature expired: 20130524T000000Z is now earlier than 20130524T000001Z"));
  aws_.hold_clock(kMay24 - 301);
  EXPECT_THAT(send("POST", "/", headers, "{}").body, HasSubstr("Signature not yet current"));
}

}  // namespace
}  // namespace kinesight::support

// What AWS's suite leaves out: query signatures, S3's rules, payloads, and what must not be signed.
#include "aws/sigv4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

// The examples of AWS's "Authenticating Requests (AWS Signature Version 4)" for Amazon S3.
Credentials s3_example_credentials() {
  Credentials credentials;
  credentials.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  credentials.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  return credentials;
}

Signing s3_example_signing() {
  Signing signing;
  signing.region = "us-east-1";
  signing.service = "s3";
  signing.unix_seconds = 1369353600;  // 20130524T000000Z
  signing.normalize_path = false;
  signing.double_encode = false;
  signing.content_sha256_header = true;
  return signing;
}

net::Request s3_request(std::string path_and_query) {
  net::Request request;
  request.url = "https://examplebucket.s3.amazonaws.com" + path_and_query;
  return request;
}

std::string header(const net::Request& request, std::string_view name) {
  const std::string* value = net::find(request.headers, name);
  return value ? *value : "(none)";
}

TEST(SigV4, SignsAnS3GetAsDocumented) {
  auto request = s3_request("/test.txt");
  request.headers = {{"Range", "bytes=0-9"}};
  ASSERT_TRUE(sign(request, s3_example_credentials(), s3_example_signing()));
  EXPECT_THAT(header(request, "Authorization"),
              HasSubstr("SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
}

TEST(SigV4, SignsAnS3PutAsDocumented) {
  auto request = s3_request("/test%24file.text");
  request.method = "PUT";
  request.headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                     {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  request.body = "Welcome to Amazon S3.";
  ASSERT_TRUE(sign(request, s3_example_credentials(), s3_example_signing()));
  EXPECT_EQ(header(request, "x-amz-content-sha256"),
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  EXPECT_THAT(header(request, "Authorization"),
              HasSubstr("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SigV4, PresignsAnS3GetAsDocumented) {
  Signing signing = s3_example_signing();
  signing.unsigned_payload = true;
  const auto url = presign(s3_request("/test.txt"), s3_example_credentials(), signing, 86400);
  ASSERT_TRUE(url);
  EXPECT_EQ(
      *url,
      "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
      "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-"
      "Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(SigV4, APresignedUrlCarriesTheTokenAndTheQueryOfTheRequest) {
  auto credentials = s3_example_credentials();
  credentials.session_token = Secret("a/token+with=signs");
  const auto url = presign(s3_request("/k?versionId=7"), credentials, s3_example_signing(), 60);
  ASSERT_TRUE(url);
  EXPECT_THAT(*url, HasSubstr("/k?versionId=7&X-Amz-Algorithm"));
  EXPECT_THAT(*url, HasSubstr("&X-Amz-Security-Token=a%2Ftoken%2Bwith%3Dsigns&X-Amz-Signature="));
}

TEST(SigV4, APresignedUrlLastsAWeekAtMost) {
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{604801}}) {
    const auto url = presign(s3_request("/k"), s3_example_credentials(), s3_example_signing(), seconds);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(presign(s3_request("/k"), s3_example_credentials(), s3_example_signing(), 604800));
}

TEST(SigV4, APayloadGoesUnsignedOverTlsOnly) {
  Signing signing = s3_example_signing();
  signing.unsigned_payload = true;
  auto request = s3_request("/k");
  ASSERT_TRUE(sign(request, s3_example_credentials(), signing));
  EXPECT_EQ(header(request, "x-amz-content-sha256"), "UNSIGNED-PAYLOAD");

  auto plain = s3_request("/k");
  plain.url.erase(4, 1);  // http://
  ASSERT_TRUE(sign(plain, s3_example_credentials(), signing));
  EXPECT_EQ(header(plain, "x-amz-content-sha256"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(SigV4, SigningAgainReplacesWhatSigningAdded) {
  auto credentials = s3_example_credentials();
  credentials.session_token = Secret("old-token");
  auto request = s3_request("/k");
  ASSERT_TRUE(sign(request, credentials, s3_example_signing()));
  credentials.session_token = Secret("new-token");
  Signing later = s3_example_signing();
  later.unix_seconds += 3600;
  ASSERT_TRUE(sign(request, credentials, later));

  auto fresh = s3_request("/k");
  ASSERT_TRUE(sign(fresh, credentials, later));
  EXPECT_EQ(header(request, "Authorization"), header(fresh, "Authorization"));
  EXPECT_EQ(header(request, "X-Amz-Security-Token"), "new-token");
  EXPECT_EQ(request.headers.size(), fresh.headers.size());
}

TEST(SigV4, WhatIsChangedOnTheWayIsNotSigned) {
  auto request = s3_request("/k");
  for (const char* name : {"Connection", "User-Agent", "Expect", "X-Amzn-Trace-Id", "transfer-encoding"})
    request.headers.push_back({name, "x"});
  const auto steps = signing_steps(request, s3_example_credentials(), s3_example_signing());
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->signed_headers, "");
}

TEST(SigV4, ADefaultPortIsNotPartOfTheHost) {
  auto request = s3_request("/k");
  request.url = "https://Example.com:443/k";
  ASSERT_TRUE(sign(request, s3_example_credentials(), s3_example_signing()));
  EXPECT_EQ(header(request, "Host"), "example.com");
  request = {};
  request.url = "http://127.0.0.1:4567/";
  ASSERT_TRUE(sign(request, s3_example_credentials(), s3_example_signing()));
  EXPECT_EQ(header(request, "Host"), "127.0.0.1:4567");
}

TEST(SigV4, ABadUrlIsAnErrorThatDoesNotShowIt) {
  net::Request request;
  request.url = "ftp://example.com/?X-Amz-Signature=abc";
  const auto done = sign(request, s3_example_credentials(), s3_example_signing());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::invalid);
  EXPECT_THAT(done.error().message, Not(HasSubstr("abc")));
}

}  // namespace
}  // namespace kinesight::aws

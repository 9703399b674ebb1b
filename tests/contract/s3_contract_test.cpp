// What the product relies on in S3.
#include "aws/services/s3.h"

#include "contract/peer.h"

namespace kinesight::contract {
namespace {

using testing::UnorderedElementsAre;

class S3Contract : public ContractTest {
 protected:
  S3Contract() : ContractTest("S3") {}

  /// A bucket of the test's own.
  std::string bucket() {
    const auto name = unique("bucket");
    EXPECT_TRUE(succeeds(s3_.create_bucket(name, {})));
    return name;
  }
  aws::CallResult<> put(const std::string& name, const std::string& key, std::string_view body,
                        const aws::ObjectOptions& options = {}) {
    return s3_.put_object(name, key, body, options, std::nullopt, {});
  }
  /// The status that a plain GET of the URL brings; `body` gets what came.
  int get(const std::string& url, std::string* body = nullptr) {
    net::Request request;
    request.url = url;
    const auto response = transport().send(request, {});
    EXPECT_TRUE(response) << response.error().error.message;
    if (response && body) *body = response->body;
    return response ? response->status : 0;
  }

  aws::S3 s3_ = aws::S3::make(session(), options()).value();
};

TEST_F(S3Contract, ABucketIsMadeAndFoundAndMayBeMadeAgain) {
  const auto name = bucket();
  const auto region = s3_.bucket_region(name, {});
  ASSERT_TRUE(succeeds(region));
  EXPECT_EQ(*region, kRegion);
  EXPECT_TRUE(succeeds(s3_.create_bucket(name, {})));
}

TEST_F(S3Contract, AnObjectComesBackAsItWasPut) {
  const auto name = bucket();
  std::string body;
  for (int i = 0; i < 300'000; ++i) body += static_cast<char>(i * 31);
  ASSERT_TRUE(
      succeeds(put(name, "snapshots/front/1.jpg", body,
                   {.content_type = "image/jpeg", .metadata = {{"camera", "front"}, {"label", "a b=c"}}})));
  const auto got = s3_.get_object(name, "snapshots/front/1.jpg", {});
  ASSERT_TRUE(succeeds(got));
  EXPECT_TRUE(*got == body) << got->size() << " bytes";
  const auto info = s3_.head_object(name, "snapshots/front/1.jpg", {});
  ASSERT_TRUE(succeeds(info));
  EXPECT_EQ(info->bytes, static_cast<std::int64_t>(body.size()));
  EXPECT_EQ(info->content_type, "image/jpeg");
  EXPECT_NE(info->etag, "");
  EXPECT_THAT(info->metadata,
              UnorderedElementsAre(net::Header{"camera", "front"}, net::Header{"label", "a b=c"}));
}

TEST_F(S3Contract, AnEmptyObjectIsAnObject) {
  const auto name = bucket();
  ASSERT_TRUE(succeeds(put(name, "empty", "")));
  EXPECT_EQ(s3_.get_object(name, "empty", {}).value_or("not found"), "");
  const auto info = s3_.head_object(name, "empty", {});
  ASSERT_TRUE(succeeds(info));
  EXPECT_EQ(info->bytes, 0);
}

TEST_F(S3Contract, AnObjectIsReplacedByTheNextOfItsKey) {
  const auto name = bucket();
  ASSERT_TRUE(succeeds(put(name, "key", "first")));
  ASSERT_TRUE(succeeds(put(name, "key", "second")));
  EXPECT_EQ(s3_.get_object(name, "key", {}).value_or("not found"), "second");
}

TEST_F(S3Contract, OddKeysAreKeptApart) {
  const auto name = bucket();
  const std::vector<std::string> keys = {
      "with space",       "with+plus",      "with%20percent", "with%percent",
      "a=b&c?d#e",        "café/漢/🎥.jpg", "(a)'b'*c!~d",    "semi;colon:comma,at@dollar$",
      "quote\"less<more>"};
  for (const auto& key : keys) ASSERT_TRUE(succeeds(put(name, key, "body of " + key))) << key;
  for (const auto& key : keys) {
    EXPECT_EQ(s3_.get_object(name, key, {}).value_or("not found"), "body of " + key);
    EXPECT_TRUE(succeeds(s3_.head_object(name, key, {}))) << key;
    const auto url = s3_.presign_get(name, key, 60, {});
    ASSERT_TRUE(url) << url.error().message;
    std::string body;
    EXPECT_EQ(get(url->url, &body), 200) << key;
    EXPECT_EQ(body, "body of " + key);
  }
}

TEST_F(S3Contract, WhatIsNotThereIsNotFound) {
  const auto name = bucket();
  const auto absent = unique("absent");
  EXPECT_TRUE(fails(s3_.get_object(name, "absent", {}), ErrorKind::not_found, "NoSuchKey"));
  EXPECT_TRUE(fails(s3_.head_object(name, "absent", {}), ErrorKind::not_found));
  EXPECT_TRUE(fails(s3_.get_object(absent, "key", {}), ErrorKind::not_found, "NoSuchBucket"));
  EXPECT_TRUE(fails(put(absent, "key", "body"), ErrorKind::not_found));
  EXPECT_TRUE(fails(s3_.bucket_region(absent, {}), ErrorKind::not_found));
}

TEST_F(S3Contract, APresignedUrlIsGoodForNothingElse) {
  const auto name = bucket();
  ASSERT_TRUE(succeeds(put(name, "mine", "body")));
  ASSERT_TRUE(succeeds(put(name, "other", "secret")));
  auto url = s3_.presign_get(name, "mine", 60, {}).value().url;
  ASSERT_EQ(get(url), 200);
  auto tampered = url;
  tampered.replace(tampered.find("/mine?"), 6, "/other?");
  auto longer = url;
  longer.replace(longer.find("X-Amz-Expires=60"), 16, "X-Amz-Expires=61");
  const int refused = peer_is("moto") ? 200 : 403;  // moto checks no signature.
  EXPECT_EQ(get(tampered), refused);
  EXPECT_EQ(get(longer), refused);
}

TEST_F(S3Contract, APresignedUrlExpires) {
  const auto name = bucket();
  ASSERT_TRUE(succeeds(put(name, "key", "body")));
  const auto url = s3_.presign_get(name, "key", 2, {}).value().url;
  ASSERT_EQ(get(url), 200);
  if (peer_is("moto")) GTEST_SKIP() << "moto does not look at a presigned URL's time";
  await([&] { return get(url) == 403; });
}

TEST_F(S3Contract, AWrongSecretIsDenied) {
  const auto name = bucket();
  const auto wrong = aws::S3::make(wrong_session(), options()).value();
  const auto result = wrong.put_object(name, "key", "body", {}, std::nullopt, {});
  if (peer_is("moto")) {
    EXPECT_TRUE(succeeds(result)) << "it has begun to check signatures: hold it to the contract";
    return;
  }
  EXPECT_TRUE(fails(result, ErrorKind::denied, "SignatureDoesNotMatch"));
  EXPECT_TRUE(fails(wrong.bucket_region(name, {}), ErrorKind::denied))
      << "a HEAD's answer says no more than 403";
  EXPECT_TRUE(fails(s3_.get_object(name, "key", {}), ErrorKind::not_found));
}

}  // namespace
}  // namespace kinesight::contract

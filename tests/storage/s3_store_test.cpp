#include "storage/s3_store.h"

#include "storage/scripted_store.h"
#include "storage/store_kind.h"

namespace kinesight::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kStarted =
    "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
constexpr auto kDone = "<CompleteMultipartUploadResult/>";

class S3StoreTest : public StoreTest {
 protected:
  Result<Stored> put(std::uint64_t bytes) { return store_->put_file("live/a.mp4", file(bytes), {}, {}); }
  void answer_parts(int count) {
    for (int i = 0; i < count; ++i) answer(200, "", {{"ETag", "\"e\""}});
  }

  std::unique_ptr<ObjectStore> store_ = make_s3_store(
      aws::S3::make(session_, {.region = "eu-west-1", .endpoint_url = "http://127.0.0.1:9000"}).value(),
      "clips");
};

TEST_F(S3StoreTest, ALongFileGoesInParts) {
  answer(404);
  answer(200, kStarted);
  answer_parts(5);
  answer(200, kDone);
  EXPECT_EQ(put(kLong).value(), Stored::now);
  EXPECT_THAT(asked(), ElementsAre("HEAD ", "POST ?uploads=", "PUT ?partNumber=1&uploadId=u",
                                   "PUT ?partNumber=2&uploadId=u", "PUT ?partNumber=3&uploadId=u",
                                   "PUT ?partNumber=4&uploadId=u", "PUT ?partNumber=5&uploadId=u",
                                   "POST ?uploadId=u"));
  EXPECT_EQ(transport_->sent[2].body.size(), 16U << 20);
  EXPECT_EQ(transport_->sent[6].body.size(), 6U << 20);
}

TEST_F(S3StoreTest, ADigestThatIsKnownIsSignedAsItIs) {
  answer(200);
  const std::string digest(64, 'a');
  EXPECT_TRUE(store_->put_file("live/a.mp4", file(10), {.metadata = {}, .sha256 = digest}, {}));
  EXPECT_EQ(transport_->sent[0].header("x-amz-content-sha256"), digest)
      << "S3 refuses what has become another file in between";
}

TEST_F(S3StoreTest, ALongFileThatIsThereIsNotSentAgain) {
  answer(200, "", {{"Content-Length", "1"}});
  EXPECT_EQ(put(kLong).value(), Stored::before);
  EXPECT_EQ(transport_->sent.size(), 1u);
}

TEST_F(S3StoreTest, AnUploadThatFailsIsAborted) {
  for (const int good_parts : {0, 3}) {
    transport_->sent.clear();
    answer(404);
    answer(200, kStarted);
    answer_parts(good_parts);
    answer(403, "<Error><Code>AccessDenied</Code></Error>");
    answer(204);
    const auto stored = put(kLong);
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().kind, ErrorKind::denied);
    EXPECT_EQ(asked().back(), "DELETE ?uploadId=u");
  }
}

TEST_F(S3StoreTest, WhoLosesTheRaceAbortsAndSaysSo) {
  answer(404);
  answer(200, kStarted);
  answer_parts(5);
  answer(412, "<Error><Code>PreconditionFailed</Code></Error>");
  answer(204);
  EXPECT_EQ(put(kLong).value(), Stored::before);
  EXPECT_EQ(asked().back(), "DELETE ?uploadId=u");
}

TEST_F(S3StoreTest, ACompletionWhoseAnswerWasLostIsFoundDone) {
  answer(404);
  answer(200, kStarted);
  answer_parts(5);
  transport_->fail(ErrorKind::unavailable, true);
  answer(404, "<Error><Code>NoSuchUpload</Code></Error>");
  answer(200, "", {{"Content-Length", "1"}});
  answer(204);
  EXPECT_EQ(put(kLong).value(), Stored::before);
}

TEST_F(S3StoreTest, AnUploadThatIsGoneWithoutAnObjectIsAnError) {
  answer(404);
  answer(200, kStarted);
  answer_parts(5);
  answer(404, "<Error><Code>NoSuchUpload</Code></Error>");
  answer(404);
  answer(204);
  EXPECT_FALSE(put(kLong));
}

TEST_F(S3StoreTest, ARaceThatS3CannotDecideIsAskedAgain) {
  for (int i = 0; i < 3; ++i) answer(409, "<Error><Code>ConditionalRequestConflict</Code></Error>");
  answer(200, "", {{"Content-Length", "1"}});
  EXPECT_EQ(put(10).value(), Stored::before);
  for (int i = 0; i < 3; ++i) answer(409, "<Error><Code>ConditionalRequestConflict</Code></Error>");
  answer(404);
  const auto stored = put(10);
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, ErrorKind::unavailable);
}

TEST_F(S3StoreTest, AShortFileIsSentAgainAfterTrouble) {
  answer(503, "<Error><Code>SlowDown</Code></Error>");
  transport_->fail(ErrorKind::unavailable, false);
  answer(200);
  EXPECT_EQ(put(10).value(), Stored::now);
  for (int i = 0; i < 3; ++i) answer(503, "<Error><Code>SlowDown</Code></Error>");
  EXPECT_EQ(put(10).error().kind, ErrorKind::throttled);
}

TEST_F(S3StoreTest, ACheckBeginsAnUploadAndLeavesNothing) {
  answer(200, kStarted);
  answer(204);
  EXPECT_TRUE(store_->check({}));
  EXPECT_THAT(asked(), ElementsAre("POST ?uploads=", "DELETE ?uploadId=u"));
  answer(404, "<Error><Code>NoSuchBucket</Code></Error>");
  EXPECT_EQ(store_->check({}).error().kind, ErrorKind::not_found);
}

TEST_F(S3StoreTest, AFolderIsNoFile) {
  const auto missing = store_->put_file("a.mp4", folder_.path(), {}, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::invalid);
}

/// Session credentials that end in ten minutes.
class Ending final : public aws::CredentialsProvider {
 public:
  explicit Ending(double end) : end_(end) {}
  std::string_view name() const override { return "test"; }
  Result<aws::Credentials> get(std::stop_token) override {
    aws::Credentials credentials;
    credentials.access_key_id = "AKIDEXAMPLE";
    credentials.secret_access_key = Secret("secret");
    credentials.session_token = Secret("token");
    credentials.expires_at = end_;
    return credentials;
  }

 private:
  const double end_;
};

TEST_F(S3StoreTest, ALinkEndsWithTheCredentialsThatSignedIt) {
  aws::Session::Parts parts;
  parts.transport = transport_;
  parts.credentials = std::make_shared<Ending>(clock_.wall_seconds() + 600);
  aws::Session session(std::move(parts), clock_);
  const auto store =
      make_s3_store(aws::S3::make(session, {.region = "eu-west-1", .endpoint_url = ""}).value(), "clips");
  const auto link = store->link("a.mp4", 3600, {}).value();
  EXPECT_NEAR(static_cast<double>(link.expires_seconds), clock_.wall_seconds() + 600, 1);
  EXPECT_NEAR(static_cast<double>(store_->link("a.mp4", 3600, {}).value().expires_seconds),
              clock_.wall_seconds() + 3600, 1);
  EXPECT_THAT(store_->link("a.mp4", 99'999'999, {}).value().url, HasSubstr("X-Amz-Expires=604800"));
}

TEST_F(S3StoreTest, PermissionsNameWhatItCalls) {
  config::Parsed options(S3StoreOptions::table());
  S3StoreOptions::table().find("container")->assign(options.object(), config::Value::scalar("clips"));
  const auto permissions = s3_store_kind().permissions(options);
  ASSERT_EQ(permissions.size(), 2u);
  EXPECT_THAT(permissions[0].actions, ElementsAre("s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"));
  EXPECT_THAT(permissions[0].resources, ElementsAre("arn:aws:s3:::clips/*"));
}

}  // namespace
}  // namespace kinesight::storage

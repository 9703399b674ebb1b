// Files that go to S3, whole or in parts.
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "aws/digest.h"
#include "aws/services/s3.h"
#include "aws/services/scripted_session.h"
#include "support/temp_folder.h"

namespace kinesight::aws {
namespace {

using testing::HasSubstr;

constexpr auto kStarted =
    "<InitiateMultipartUploadResult><UploadId>up+load/1</UploadId></InitiateMultipartUploadResult>";
constexpr auto kCompleted =
    "<CompleteMultipartUploadResult><ETag>\"9-2\"</ETag></CompleteMultipartUploadResult>";

class S3UploadsTest : public ServiceTest {
 protected:
  S3UploadsTest() {
    std::ofstream(folder_.path() / "file") << "0123456789";
    descriptor_ = ::open((folder_.path() / "file").c_str(), O_RDONLY | O_CLOEXEC);
  }
  ~S3UploadsTest() override { ::close(descriptor_); }
  net::FileRegion region(std::uint64_t offset, std::uint64_t length) const {
    return {descriptor_, offset, length};
  }

  support::TempFolder folder_;
  int descriptor_ = -1;
  S3 s3_ = S3::make(session_, {.region = "eu-west-1", .endpoint_url = ""}).value();
};

TEST_F(S3UploadsTest, AFileIsPutUnlessThereIsOne) {
  transport_->answer(412, "<Error><Code>PreconditionFailed</Code></Error>");
  const auto kept =
      s3_.put_file("clips", "a.mp4", region(0, 10), {.content_type = "video/mp4", .metadata = {}},
                   /*only_new=*/true, {});
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().status, 412);
  const auto& request = only_request();
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.header("If-None-Match"), "*");
  EXPECT_EQ(request.header("x-amz-content-sha256"), hex(sha256("0123456789")));
  EXPECT_EQ(request.body, "0123456789");
}

TEST_F(S3UploadsTest, WhatArrivesDamagedIsCorrupt) {
  transport_->answer(400, "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>");
  const auto damaged = s3_.put_file("clips", "a.mp4", region(0, 10), {}, false, {});
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().error.kind, ErrorKind::corrupt);
}

TEST_F(S3UploadsTest, AnUploadInParts) {
  transport_->answer(200, kStarted);
  transport_->answer(200, "", {{"ETag", "\"1\""}});
  transport_->answer(200, "", {{"ETag", "\"2\""}});
  transport_->answer(200, kCompleted);
  const auto id =
      s3_.create_upload("clips", "a b.mp4", {.content_type = "video/mp4", .metadata = {{"n", "v"}}}, {});
  ASSERT_TRUE(id) << id.error().error.message;
  EXPECT_EQ(*id, "up+load/1");
  EXPECT_EQ(s3_.upload_part("clips", "a b.mp4", *id, 1, region(0, 6), {}).value(), "\"1\"");
  EXPECT_EQ(s3_.upload_part("clips", "a b.mp4", *id, 2, region(6, 4), {}).value(), "\"2\"");
  ASSERT_TRUE(s3_.complete_upload("clips", "a b.mp4", *id, {"\"1\"", "\"2\""}, true, {}));
  const auto& sent = transport_->sent;
  const std::string place = "https://clips.s3.eu-west-1.amazonaws.com/a%20b.mp4?";
  EXPECT_EQ(sent[0].url, place + "uploads=");
  EXPECT_EQ(sent[0].header("Content-Type"), "video/mp4");
  EXPECT_EQ(sent[0].header("x-amz-meta-n"), "v");
  EXPECT_EQ(sent[1].url, place + "partNumber=1&uploadId=up%2Bload%2F1");
  EXPECT_EQ(sent[1].body, "012345");
  EXPECT_EQ(sent[2].body, "6789");
  EXPECT_EQ(sent[3].url, place + "uploadId=up%2Bload%2F1");
  EXPECT_EQ(sent[3].header("If-None-Match"), "*");
  EXPECT_THAT(sent[3].body, HasSubstr("<Part><PartNumber>2</PartNumber><ETag>&quot;2&quot;</ETag></Part>"));
}

TEST_F(S3UploadsTest, ACompletionThatFailsInsideA200IsAFailure) {
  const std::pair<const char*, ErrorKind> cases[] = {
      {"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>",
       ErrorKind::unavailable},
      {"", ErrorKind::corrupt},
      {"<html/>", ErrorKind::corrupt}};
  for (const auto& [body, kind] : cases) {
    transport_->answer(200, body);
    const auto failed = s3_.complete_upload("clips", "a.mp4", "1", {"\"1\""}, true, {});
    ASSERT_FALSE(failed) << body;
    EXPECT_EQ(failed.error().error.kind, kind) << body;
    EXPECT_TRUE(failed.error().uncertain);
  }
}

TEST_F(S3UploadsTest, AnAnswerWithoutWhatItIsForIsCorrupt) {
  transport_->answer(200, "<InitiateMultipartUploadResult/>");
  EXPECT_EQ(s3_.create_upload("clips", "a.mp4", {}, {}).error().error.kind, ErrorKind::corrupt);
  transport_->answer(200);
  EXPECT_EQ(s3_.upload_part("clips", "a.mp4", "1", 1, region(0, 1), {}).error().error.kind,
            ErrorKind::corrupt);
}

}  // namespace
}  // namespace kinesight::aws

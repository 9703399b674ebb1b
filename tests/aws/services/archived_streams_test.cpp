// Media that Kinesis Video Streams' archive gives out.
#include "aws/services/kinesis_video_archived_media.h"
#include "aws/services/scripted_session.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Keeping final : public net::BodySink {
 public:
  Result<> begin(const net::Response&) override {
    body = "begun:";
    return {};
  }
  Result<> take(std::string_view piece) override {
    body += piece;
    return {};
  }
  std::string body;
};

class ArchivedStreamsTest : public ServiceTest {
 protected:
  KinesisVideoArchivedMedia media() {
    return KinesisVideoArchivedMedia::make(session_,
                                           {.region = "us-west-2", .endpoint_url = "https://b-1.example"})
        .value();
  }
  CallResult<> clip(const FragmentRange& range = {.begin = 1000.25, .end = 1060}) {
    return media().get_clip("door", FragmentTime::producer, range, sink_, {});
  }
  CallResult<> listed(const std::vector<std::string>& numbers) {
    return media().get_media_for_fragment_list("arn:aws:kinesisvideo:us-west-2:1:stream/door/1", numbers,
                                               sink_, {});
  }
  Keeping sink_;
};

TEST_F(ArchivedStreamsTest, AClipGoesToTheSink) {
  transport_->answer(200, "an MP4 file", {{"Content-Type", "video/mp4"}});
  const auto done = clip();
  ASSERT_TRUE(done) << done.error().error.message;
  EXPECT_EQ(sink_.body, "begun:an MP4 file");
  EXPECT_EQ(only_request().url, "https://b-1.example/getClip");
  EXPECT_EQ(only_request().json(), json::parse(R"({"StreamName": "door", "ClipFragmentSelector": {
      "FragmentSelectorType": "PRODUCER_TIMESTAMP",
      "TimestampRange": {"StartTimestamp": 1000.25, "EndTimestamp": 1060}}})"));
}

TEST_F(ArchivedStreamsTest, ListedFragmentsGoToTheSink) {
  transport_->answer(200, "Matroska", {{"Content-Type", "video/webm"}});
  const auto done = listed({"91", "92"});
  ASSERT_TRUE(done) << done.error().error.message;
  EXPECT_EQ(sink_.body, "begun:Matroska");
  EXPECT_EQ(only_request().url, "https://b-1.example/getMediaForFragmentList");
  EXPECT_EQ(only_request().json(),
            json::parse(R"({"StreamARN": "arn:aws:kinesisvideo:us-west-2:1:stream/door/1",
                            "Fragments": ["91", "92"]})"));
}

TEST_F(ArchivedStreamsTest, ErrorsAreToldByTheirHeader) {
  const std::tuple<int, const char*, ErrorKind> cases[] = {
      {400, "ClientLimitExceededException", ErrorKind::throttled},
      {404, "ResourceNotFoundException", ErrorKind::not_found},
      {401, "NotAuthorizedException", ErrorKind::denied},
      {400, "InvalidArgumentException", ErrorKind::invalid},
      {400, "NoDataRetentionException", ErrorKind::invalid},
      {400, "InvalidCodecPrivateDataException", ErrorKind::invalid},
      {400, "InvalidMediaFrameException", ErrorKind::invalid},
      {500, "InternalFailure", ErrorKind::unavailable}};
  for (const auto& [status, code, kind] : cases) {
    transport_->answer(status, R"({"message": "no"})", {{"x-amz-ErrorType", code}});
    const auto failed = clip();
    ASSERT_FALSE(failed) << code;
    EXPECT_EQ(failed.error().error.kind, kind) << code;
    EXPECT_EQ(failed.error().code, code);
  }
  EXPECT_EQ(sink_.body, "");
  EXPECT_EQ(transport_->sent.size(), std::size(cases)) << "each was tried once";
}

TEST_F(ArchivedStreamsTest, WhatIsNoVideoIsCorruptAndReachesNobody) {
  transport_->answer(200, "<html>log in", {{"Content-Type", "text/html"}});
  const auto failed = clip();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().error.kind, ErrorKind::corrupt);
  EXPECT_THAT(failed.error().error.message, HasSubstr("text/html"));
  EXPECT_EQ(sink_.body, "");
}

TEST_F(ArchivedStreamsTest, WhatTheServiceWouldRefuseIsNotAsked) {
  for (const FragmentRange& range : {FragmentRange{.begin = 10}, FragmentRange{.begin = 10, .end = 9},
                                     FragmentRange{.begin = -1, .end = 9}})
    EXPECT_EQ(clip(range).error().error.kind, ErrorKind::invalid);
  EXPECT_EQ(listed({}).error().error.kind, ErrorKind::invalid);
  EXPECT_EQ(listed(std::vector<std::string>(1001, "1")).error().error.kind, ErrorKind::invalid);
  EXPECT_TRUE(transport_->sent.empty());
}

}  // namespace
}  // namespace kinesight::aws

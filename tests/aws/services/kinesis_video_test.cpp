#include "aws/services/kinesis_video.h"

#include "aws/services/scripted_session.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class KinesisVideoTest : public ServiceTest {
 protected:
  CallResult<std::string> endpoint(const std::string& answered, const ClientOptions& options) {
    transport_->answer(200, json{{"DataEndpoint", answered}}.dump());
    return KinesisVideo::make(session_, options).value().data_endpoint("door", "GET_CLIP", {});
  }

  const ClientOptions aws_{.region = "us-west-2", .endpoint_url = ""};
  const ClientOptions local_{.region = "us-west-2", .endpoint_url = "http://127.0.0.1:5000"};
};

TEST_F(KinesisVideoTest, DescribesAStreamByName) {
  transport_->answer(
      200, R"({"StreamInfo":{"StreamName":"door","StreamARN":"arn:aws:kinesisvideo:x","Status":"ACTIVE",
    "DataRetentionInHours":48}})");
  const auto stream = KinesisVideo::make(session_, aws_).value().describe("door", {});
  ASSERT_TRUE(stream) << stream.error().error.message;
  const auto& request = only_request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://kinesisvideo.us-west-2.amazonaws.com/describeStream");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("X-Amz-Target"), "(no such header)");
  EXPECT_THAT(request.header("Authorization"), HasSubstr("/us-west-2/kinesisvideo/aws4_request"));
  EXPECT_EQ(request.body, R"({"StreamName":"door"})");
  EXPECT_EQ(stream->name, "door");
  EXPECT_EQ(stream->arn, "arn:aws:kinesisvideo:x");
  EXPECT_EQ(stream->status, "ACTIVE");
  EXPECT_EQ(stream->retention_hours, 48);
}

TEST_F(KinesisVideoTest, NamesAStreamByItsArn) {
  transport_->answer(200, "{}");
  EXPECT_FALSE(KinesisVideo::make(session_, aws_).value().describe("arn:aws:kinesisvideo:x", {}));
  EXPECT_EQ(only_request().body, R"({"StreamARN":"arn:aws:kinesisvideo:x"})");
}

TEST_F(KinesisVideoTest, SaysWhenThereIsNoStream) {
  transport_->answer(404, R"({"Message":"The requested stream is not found or not active."})",
                     {{"x-amzn-ErrorType", "ResourceNotFoundException"}});
  const auto stream = KinesisVideo::make(session_, aws_).value().describe("door", {});
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().error.kind, ErrorKind::not_found);
  EXPECT_EQ(stream.error().code, "ResourceNotFoundException");
}

TEST_F(KinesisVideoTest, AsksForADataEndpoint) {
  const auto found = endpoint("https://b-1234.kinesisvideo.us-west-2.amazonaws.com", aws_);
  ASSERT_TRUE(found) << found.error().error.message;
  EXPECT_EQ(*found, "https://b-1234.kinesisvideo.us-west-2.amazonaws.com");
  EXPECT_EQ(only_request().url, "https://kinesisvideo.us-west-2.amazonaws.com/getDataEndpoint");
  EXPECT_EQ(only_request().body, R"({"APIName":"GET_CLIP","StreamName":"door"})");
  EXPECT_TRUE(endpoint("https://b-1234.kinesisvideo.cn-north-1.amazonaws.com.cn", aws_));
}

TEST_F(KinesisVideoTest, RefusesADataEndpointThatIsNotOfAws) {
  for (const auto* answered :
       {"http://b-1234.kinesisvideo.us-west-2.amazonaws.com", "https://evil.example",
        "https://amazonaws.com.evil.example", "https://evilamazonaws.com",
        "https://evil.example/x.amazonaws.com", "https://evil.example?x.amazonaws.com"}) {
    const auto found = endpoint(answered, aws_);
    ASSERT_FALSE(found) << answered;
    EXPECT_EQ(found.error().error.kind, ErrorKind::denied) << answered;
  }
  for (const auto* answered : {"https://evil.example#.amazonaws.com", "https://evil.example\\.amazonaws.com",
                               "https://user@evil.example:443@x.amazonaws.com", "", "file:///etc/passwd"}) {
    EXPECT_FALSE(endpoint(answered, aws_)) << answered;
  }
}

TEST_F(KinesisVideoTest, TakesAnyDataEndpointWhereTheControlEndpointIsOverridden) {
  EXPECT_EQ(endpoint("http://127.0.0.1:5001", local_).value(), "http://127.0.0.1:5001");
  EXPECT_EQ(endpoint("not a URL", local_).error().error.kind, ErrorKind::corrupt);
}

TEST_F(KinesisVideoTest, ListsStreamsByPrefix) {
  const json stream = {{"StreamName", "door"}, {"StreamARN", "arn:aws:kinesisvideo:x"}, {"Status", "ACTIVE"}};
  transport_->answer(200, json{{"StreamInfoList", {stream, stream}}, {"NextToken", "more"}}.dump());
  transport_->answer(200, json{{"StreamInfoList", {stream}}}.dump());
  const auto streams = KinesisVideo::make(session_, aws_).value().list_streams("do", 5, {});
  ASSERT_TRUE(streams) << streams.error().error.message;
  EXPECT_EQ(streams->size(), 3u);
  EXPECT_EQ(streams->front().name, "door");
  ASSERT_EQ(transport_->sent.size(), 2u);
  EXPECT_EQ(transport_->sent[1].url, "https://kinesisvideo.us-west-2.amazonaws.com/listStreams");
  EXPECT_EQ(transport_->sent[1].json(), json::parse(R"({"MaxResults": 3, "NextToken": "more",
      "StreamNameCondition": {"ComparisonOperator": "BEGINS_WITH", "ComparisonValue": "do"}})"));
}

TEST_F(KinesisVideoTest, AnAnswerThatCannotBeReadIsCorrupt) {
  for (const auto* body : {"", "{}", R"({"DataEndpoint":7})"}) {
    transport_->answer(200, body);
    const auto found = KinesisVideo::make(session_, aws_).value().data_endpoint("door", "GET_CLIP", {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().error.kind, ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace kinesight::aws

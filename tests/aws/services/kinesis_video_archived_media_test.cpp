#include "aws/services/kinesis_video_archived_media.h"

#include "aws/services/scripted_session.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Mode = HlsSessionRequest::Mode;

constexpr std::string_view kToken = "planted-session-token";

class ArchivedMediaTest : public ServiceTest {
 protected:
  KinesisVideoArchivedMedia media() {
    return KinesisVideoArchivedMedia::make(
               session_,
               {.region = "us-west-2", .endpoint_url = "https://b-1234.kinesisvideo.us-west-2.amazonaws.com"})
        .value();
  }
  CallResult<std::string> url(const HlsSessionRequest& request, bool overridden = false) {
    return media().hls_session_url("door", request, overridden, {});
  }
  CallResult<std::string> url_answered(const std::string& origin, bool overridden = false) {
    transport_->answer(
        200, json{{"HLSStreamingSessionURL",
                   origin + "/hls/v1/getHLSMasterPlaylist.m3u8?SessionToken=" + std::string(kToken)}}
                 .dump());
    return url({}, overridden);
  }
  CallResult<std::vector<ListedFragment>> list(std::size_t limit = 10'000) {
    return media().list_fragments("door", FragmentTime::server, {.begin = 1000, .end = 1060.5}, limit, {});
  }
  /// A page of `count` fragments whose numbers begin at `first`.
  static std::string page(int first, int count, const std::string& next = "") {
    json page = {{"Fragments", json::array()}};
    for (int i = first; i < first + count; ++i) {
      page["Fragments"].push_back({{"FragmentNumber", std::to_string(i)},
                                   {"FragmentSizeInBytes", 5000 + i},
                                   {"ProducerTimestamp", 1000.25 + i},
                                   {"ServerTimestamp", 1.0014e3 + i},
                                   {"FragmentLengthInMilliseconds", 2000}});
    }
    if (!next.empty()) page["NextToken"] = next;
    return page.dump();
  }
};

TEST_F(ArchivedMediaTest, AsksForALiveSession) {
  const std::string origin = "https://b-5678.kinesisvideo.us-west-2.amazonaws.com";
  const auto found = url_answered(origin);
  ASSERT_TRUE(found) << found.error().error.message;
  EXPECT_THAT(*found, testing::StartsWith(origin + "/hls/v1/getHLSMasterPlaylist.m3u8?SessionToken="));
  const auto& request = only_request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://b-1234.kinesisvideo.us-west-2.amazonaws.com/getHLSStreamingSessionURL");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_THAT(request.header("Authorization"), HasSubstr("/us-west-2/kinesisvideo/aws4_request"));
  EXPECT_EQ(request.json(), json::parse(R"({"StreamName": "door", "PlaybackMode": "LIVE",
      "HLSFragmentSelector": {"FragmentSelectorType": "PRODUCER_TIMESTAMP"},
      "ContainerFormat": "FRAGMENTED_MP4", "DiscontinuityMode": "ON_DISCONTINUITY",
      "DisplayFragmentTimestamp": "ALWAYS", "Expires": 300, "MaxMediaPlaylistFragmentResults": 5})"));
}

TEST_F(ArchivedMediaTest, ALiveSessionHasNoRange) {
  transport_->answer(200, "{}");
  EXPECT_FALSE(url({.mode = Mode::live, .range = {{.begin = 1000, .end = 2000}}}));
  EXPECT_EQ(only_request().json().at("HLSFragmentSelector").size(), 1u);
}

TEST_F(ArchivedMediaTest, AsksForRecordingsInMilliseconds) {
  transport_->answer(200, "{}");
  transport_->answer(200, "{}");
  EXPECT_FALSE(url({.mode = Mode::on_demand,
                    .time = FragmentTime::server,
                    .range = {{.begin = 1'700'000'000.1234, .end = 1'700'000'060}},
                    .expires_seconds = 600,
                    .max_fragments = 5000}));
  const json on_demand = transport_->sent.back().json();
  EXPECT_EQ(on_demand.at("PlaybackMode"), "ON_DEMAND");
  EXPECT_EQ(on_demand.at("Expires"), 600);
  EXPECT_EQ(on_demand.at("MaxMediaPlaylistFragmentResults"), 5000);
  EXPECT_THAT(transport_->sent.back().body,
              HasSubstr(R"("TimestampRange":{"EndTimestamp":1700000060,"StartTimestamp":1700000000.123})"));
  EXPECT_EQ(on_demand.at("HLSFragmentSelector").at("FragmentSelectorType"), "SERVER_TIMESTAMP");
  EXPECT_FALSE(url({.mode = Mode::live_replay, .range = {{.begin = 1'700'000'000}}}));
  const json replay = transport_->sent.back().json();
  EXPECT_EQ(replay.at("PlaybackMode"), "LIVE_REPLAY");
  EXPECT_EQ(replay.at("HLSFragmentSelector").at("TimestampRange"), json({{"StartTimestamp", 1'700'000'000}}));
}

TEST_F(ArchivedMediaTest, RefusesRangesThatAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const HlsSessionRequest& request : {
           HlsSessionRequest{.mode = Mode::on_demand},
           HlsSessionRequest{.mode = Mode::live_replay},
           HlsSessionRequest{.mode = Mode::on_demand, .range = {{.begin = 1000}}},
           HlsSessionRequest{.mode = Mode::on_demand, .range = {{.begin = 1000, .end = 999}}},
           HlsSessionRequest{.mode = Mode::live_replay, .range = {{.begin = nan}}},
       }) {
    const auto refused = url(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error.kind, ErrorKind::invalid);
  }
  EXPECT_FALSE(media().list_fragments("door", FragmentTime::server, {.begin = 1000}, 1, {}));
  EXPECT_THAT(transport_->sent, IsEmpty());
}

TEST_F(ArchivedMediaTest, RefusesASessionThatIsNotOfAwsAndKeepsItsToken) {
  for (const auto* origin : {"http://b-1234.kinesisvideo.us-west-2.amazonaws.com", "https://evil.example",
                             "https://amazonaws.com.evil.example", "not a URL", ""}) {
    const auto found = url_answered(origin);
    ASSERT_FALSE(found) << origin;
    EXPECT_THAT(found.error().error.message, Not(HasSubstr(std::string(kToken)))) << origin;
  }
  EXPECT_EQ(url_answered("https://evil.example").error().error.kind, ErrorKind::denied);
  EXPECT_TRUE(url_answered("http://127.0.0.1:4000", /*overridden=*/true));
  EXPECT_FALSE(url_answered("not a URL", /*overridden=*/true));
}

TEST_F(ArchivedMediaTest, AnAnswerOfAnotherFormIsCorruptAndKeepsItsToken) {
  const std::string secret = R"({"HLSStreamingSessionURL": ["planted-session-token"]})";
  for (const auto& body : {std::string("{}"), std::string("planted-session-token"), secret}) {
    transport_->answer(200, body);
    const auto found = url({});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().error.kind, ErrorKind::corrupt);
    EXPECT_THAT(found.error().error.message, Not(HasSubstr(std::string(kToken))));
  }
}

TEST_F(ArchivedMediaTest, TriesOnce) {
  transport_->answer(503);
  EXPECT_EQ(url({}).error().error.kind, ErrorKind::unavailable);
  transport_->answer(400, R"({"Message":"Rate exceeded"})",
                     {{"x-amz-ErrorType", "ClientLimitExceededException:http://internal.amazon.com/"}});
  const auto throttled = list();
  EXPECT_EQ(throttled.error().error.kind, ErrorKind::throttled);
  EXPECT_EQ(throttled.error().code, "ClientLimitExceededException");
  transport_->fail(ErrorKind::unavailable, /*went_out=*/true);
  EXPECT_EQ(list().error().error.kind, ErrorKind::unavailable);
  EXPECT_EQ(transport_->sent.size(), 3u);
}

TEST_F(ArchivedMediaTest, KnowsTheErrorsOfKinesisVideo) {
  const std::tuple<int, const char*, ErrorKind> errors[] = {
      {401, "NotAuthorizedException", ErrorKind::denied},
      {400, "ClientLimitExceededException", ErrorKind::throttled},
      {404, "ResourceNotFoundException", ErrorKind::not_found},
      {400, "NoDataRetentionException", ErrorKind::invalid},
      {400, "UnsupportedStreamMediaTypeException", ErrorKind::invalid},
      {400, "MissingCodecPrivateDataException", ErrorKind::invalid},
      {400, "InvalidCodecPrivateDataException", ErrorKind::invalid},
      {400, "InvalidArgumentException", ErrorKind::invalid}};
  for (const auto& [status, code, kind] : errors) {
    transport_->answer(status, R"({"Message":"so it is"})", {{"x-amzn-ErrorType", code}});
    const auto failed = url({});
    ASSERT_FALSE(failed) << code;
    EXPECT_EQ(failed.error().error.kind, kind) << code;
    EXPECT_EQ(failed.error().code, code);
    EXPECT_THAT(failed.error().error.message, HasSubstr("GetHLSStreamingSessionURL")) << code;
  }
}

TEST_F(ArchivedMediaTest, ListsAllPages) {
  transport_->answer(200, page(0, 2, "first+/="));
  transport_->answer(200, page(0, 0, "second"));
  transport_->answer(200, page(2, 1));
  const auto listed = list();
  ASSERT_TRUE(listed) << listed.error().error.message;
  ASSERT_EQ(listed->size(), 3u);
  EXPECT_EQ(listed->back().number, "2");
  EXPECT_EQ(listed->back().producer_time, 1002.25);
  EXPECT_EQ(listed->back().server_time, 1003.4);
  EXPECT_EQ(listed->back().duration, 2.0);
  EXPECT_EQ(listed->back().bytes, 5002);
  ASSERT_EQ(transport_->sent.size(), 3u);
  EXPECT_EQ(transport_->sent[0].url, "https://b-1234.kinesisvideo.us-west-2.amazonaws.com/listFragments");
  const json expected = json::parse(R"({"StreamName": "door", "MaxResults": 1000, "FragmentSelector":
      {"FragmentSelectorType": "SERVER_TIMESTAMP",
       "TimestampRange": {"StartTimestamp": 1000, "EndTimestamp": 1060.5}}})");
  EXPECT_EQ(transport_->sent[0].json(), expected);
  EXPECT_EQ(transport_->sent[1].json().at("NextToken"), "first+/=");
  EXPECT_EQ(transport_->sent[2].json().at("NextToken"), "second");
}

TEST_F(ArchivedMediaTest, ListsNoMoreThanAsked) {
  transport_->answer(200, page(0, 2, "more"));
  transport_->answer(200, page(2, 9, "more"));
  EXPECT_EQ(list(5)->size(), 5u);
  EXPECT_EQ(transport_->sent[0].json().at("MaxResults"), 5);
  EXPECT_EQ(transport_->sent[1].json().at("MaxResults"), 3);
  transport_->answer(200, page(0, 0));
  EXPECT_THAT(*list(), IsEmpty());
}

TEST_F(ArchivedMediaTest, PagesWithoutEndAreCorrupt) {
  for (int i = 0; i < 1000; ++i) transport_->answer(200, page(0, 0, "again"));
  EXPECT_EQ(list().error().error.kind, ErrorKind::corrupt);
}

TEST_F(ArchivedMediaTest, AListOfAnotherFormIsCorrupt) {
  for (const auto* body :
       {R"({"Fragments": 7})", R"({"Fragments": [{}]})",
        R"({"Fragments": [{"FragmentNumber": "1", "ProducerTimestamp": "now", "ServerTimestamp": 1}]})"}) {
    transport_->answer(200, body);
    const auto listed = list();
    ASSERT_FALSE(listed) << body;
    EXPECT_EQ(listed.error().error.kind, ErrorKind::corrupt) << body;
  }
}

}  // namespace
}  // namespace kinesight::aws

// What the product relies on in Kinesis Video Streams' sessions and archive.
#include <algorithm>
#include <cmath>
#include <set>

#include "aws/services/kinesis_video_archived_media.h"
#include "contract/video_peer.h"
#include "net/url.h"
#include "video/kvs_hls/playlist.h"

namespace kinesight::contract {
namespace {

using Mode = aws::HlsSessionRequest::Mode;
using testing::HasSubstr;

class ArchivedMediaContract : public VideoContractTest {
 protected:
  aws::KinesisVideoArchivedMedia media(aws::Session& session) {
    const auto endpoint = video_.data_endpoint(camera(), "GET_HLS_STREAMING_SESSION_URL", {});
    EXPECT_TRUE(succeeds(endpoint));
    return aws::KinesisVideoArchivedMedia::make(
               session, {.region = std::string(kRegion), .endpoint_url = endpoint.value_or("http://x")})
        .value();
  }
  aws::CallResult<std::string> open(const std::string& stream, const aws::HlsSessionRequest& request) {
    return media(session()).hls_session_url(stream, request, video_.overridden(), {});
  }
  aws::CallResult<std::vector<aws::ListedFragment>> list(double begin, double end, std::size_t limit = 100) {
    return media(session()).list_fragments(camera(), aws::FragmentTime::producer,
                                           {.begin = begin, .end = end}, limit, {});
  }
  /// The status and body of what `uri` names, seen from `base`; URLs are kept out of messages.
  std::pair<int, std::string> get(const std::string& base, const std::string& uri) {
    net::Request request;
    request.url = net::resolve_url(net::parse_url(base).value(), uri).value();
    const auto answer = transport().send(request, {});
    if (!answer) return {0, answer.error().error.message};
    return {answer->status, answer->body};
  }
  /// The media playlist of a session, and its URL.
  std::pair<video::kvs_hls::MediaPlaylist, std::string> playlist(const std::string& master_url) {
    const auto [status, master] = get(master_url, master_url);
    EXPECT_EQ(status, 200) << master;
    const auto uri = video::kvs_hls::parse_master_playlist(master);
    if (!uri) {
      ADD_FAILURE() << uri.error().message;
      return {};
    }
    const auto url = net::resolve_url(net::parse_url(master_url).value(), *uri).value();
    const auto [media_status, text] = get(url, url);
    EXPECT_EQ(media_status, 200) << text;
    const auto parsed = video::kvs_hls::parse_media_playlist(text);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return {parsed.value_or(video::kvs_hls::MediaPlaylist{}), url};
  }
  double now() const { return Clock::system().wall_seconds(); }
};

TEST_F(ArchivedMediaContract, ALiveSessionLeadsToTheNewestFragments) {
  const auto url = open(camera(), {});
  ASSERT_TRUE(succeeds(url));
  EXPECT_THAT(*url, HasSubstr("/hls/v1/getHLSMasterPlaylist.m3u8?SessionToken="));
  const auto [found, media_url] = playlist(*url);
  ASSERT_FALSE(found.fragments.empty());
  EXPECT_LE(found.fragments.size(), 5u);
  EXPECT_FALSE(found.ended);
  const auto& newest = found.fragments.back();
  ASSERT_TRUE(newest.date_time);
  EXPECT_NEAR(*newest.date_time, now(), 30);
  EXPECT_GT(newest.duration, 0);
  EXPECT_FALSE(newest.number.empty());
  const auto [init_status, init] = get(media_url, newest.init_uri);
  EXPECT_EQ(init_status, 200);
  EXPECT_EQ(init.substr(4, 4), "ftyp");
  const auto [fragment_status, fragment] = get(media_url, newest.uri);
  EXPECT_EQ(fragment_status, 200);
  EXPECT_THAT(fragment, HasSubstr("moof"));
  EXPECT_THAT(fragment, HasSubstr("mdat"));
}

TEST_F(ArchivedMediaContract, ATokenThatIsNoneIsRefused) {
  const auto url = open(camera(), {});
  ASSERT_TRUE(succeeds(url));
  const std::string without = url->substr(0, url->find("SessionToken="));
  EXPECT_EQ(get(*url, without + "SessionToken=none").first, 403);
}

TEST_F(ArchivedMediaContract, ARecordingIsWhatIsListed) {
  const double end = std::floor(now()) - 10;
  const double begin = end - 20;
  const auto listed = list(begin, end);
  ASSERT_TRUE(succeeds(listed));
  ASSERT_GE(listed->size(), 2u);
  const auto url = open(
      camera(), {.mode = Mode::on_demand, .range = {{.begin = begin, .end = end}}, .max_fragments = 100});
  ASSERT_TRUE(succeeds(url));
  const auto found = playlist(*url).first;
  EXPECT_TRUE(found.ended);
  ASSERT_EQ(found.fragments.size(), listed->size());
  std::vector<double> of_list, of_session;
  for (const auto& fragment : *listed) of_list.push_back(fragment.producer_time);
  for (const auto& fragment : found.fragments) of_session.push_back(fragment.date_time.value_or(0));
  std::ranges::sort(of_list);
  for (std::size_t i = 0; i < of_list.size(); ++i) EXPECT_NEAR(of_session[i], of_list[i], 0.002);
}

TEST_F(ArchivedMediaContract, FragmentsAreListedWithTheirTimes) {
  const double end = now() - 5;
  const auto listed = list(end - 30, end);
  ASSERT_TRUE(succeeds(listed));
  ASSERT_FALSE(listed->empty());
  for (const auto& fragment : *listed) {
    EXPECT_GE(fragment.producer_time, end - 30.001);
    EXPECT_LE(fragment.producer_time, end + 0.001);
    EXPECT_GE(fragment.server_time, fragment.producer_time - 1);
    EXPECT_GT(fragment.number.size(), 20u);
    EXPECT_GT(fragment.bytes, 0);
    EXPECT_GE(fragment.duration, 0);
  }
  const auto few = list(end - 30, end, 2);
  ASSERT_TRUE(succeeds(few));
  EXPECT_EQ(few->size(), 2u);
}

TEST_F(ArchivedMediaContract, AListOfSeveralPagesIsWhole) {
  const double end = now() - 5;
  const auto listed = list(end - 1400, end, 5000);
  ASSERT_TRUE(succeeds(listed));
  if (listed->size() <= 1000) GTEST_SKIP() << "this peer has not enough footage";
  std::set<std::string> numbers;
  for (const auto& fragment : *listed) numbers.insert(fragment.number);
  EXPECT_EQ(numbers.size(), listed->size()) << "none twice";
  EXPECT_NEAR(static_cast<double>(listed->size()), 1400, 2);
}

TEST_F(ArchivedMediaContract, WhatHasNoFootageIsNotFound) {
  EXPECT_TRUE(fails(open(unique("absent"), {}), ErrorKind::not_found, "ResourceNotFoundException"));
  EXPECT_TRUE(fails(open(empty_stream(1), {}), ErrorKind::not_found, "ResourceNotFoundException"));
}

TEST_F(ArchivedMediaContract, AStreamThatKeepsNothingCannotBeWatched) {
  EXPECT_TRUE(fails(open(empty_stream(0), {}), ErrorKind::invalid, "NoDataRetentionException"));
}

TEST_F(ArchivedMediaContract, ArgumentsAreChecked) {
  EXPECT_TRUE(
      fails(open(camera(), {.expires_seconds = 43'201}), ErrorKind::invalid, "InvalidArgumentException"));
  EXPECT_TRUE(fails(open(camera(), {.max_fragments = 0}), ErrorKind::invalid, "InvalidArgumentException"));
}

/// Keeps an answer.
class Keeping final : public net::BodySink {
 public:
  Result<> begin(const net::Response&) override {
    body.clear();
    return {};
  }
  Result<> take(std::string_view piece) override {
    body += piece;
    return {};
  }
  std::string body;
};

TEST_F(ArchivedMediaContract, AClipIsAnMp4FileOfARange) {
  const double end = std::floor(now()) - 10;
  Keeping sink;
  ASSERT_TRUE(succeeds(media(session()).get_clip(camera(), aws::FragmentTime::producer,
                                                 {.begin = end - 10, .end = end}, sink, {})));
  EXPECT_EQ(sink.body.substr(4, 4), "ftyp");
  EXPECT_THAT(sink.body, HasSubstr("moov"));
  EXPECT_THAT(sink.body, HasSubstr("mdat"));
}

TEST_F(ArchivedMediaContract, ARangeWithoutMediaHasNoClip) {
  const double end = now() - 40 * 24 * 3600.0;
  Keeping sink;
  const auto none = media(session()).get_clip(camera(), aws::FragmentTime::producer,
                                              {.begin = end - 10, .end = end}, sink, {});
  EXPECT_TRUE(fails(none, ErrorKind::not_found, "ResourceNotFoundException"));
  EXPECT_EQ(sink.body, "");
}

TEST_F(ArchivedMediaContract, ListedFragmentsComeAsMatroska) {
  const double end = std::floor(now()) - 10;
  const auto fragments = list(end - 10, end);
  ASSERT_TRUE(succeeds(fragments));
  std::vector<std::string> numbers;
  for (const auto& fragment : *fragments) numbers.push_back(fragment.number);
  Keeping sink;
  ASSERT_TRUE(succeeds(media(session()).get_media_for_fragment_list(camera(), numbers, sink, {})));
  EXPECT_EQ(sink.body.substr(0, 4), "\x1a\x45\xdf\xa3");
  for (const auto& number : numbers) EXPECT_THAT(sink.body, HasSubstr(number));
  EXPECT_TRUE(
      fails(media(session()).get_media_for_fragment_list(camera(), {"1"}, sink, {}), ErrorKind::not_found));
}

TEST_F(ArchivedMediaContract, AWrongSignatureIsDenied) {
  const auto refused = media(wrong_session()).hls_session_url(camera(), {}, /*overridden=*/true, {});
  EXPECT_TRUE(fails(refused, ErrorKind::denied));
}

}  // namespace
}  // namespace kinesight::contract

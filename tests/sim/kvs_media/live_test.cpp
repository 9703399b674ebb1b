// LIVE sessions: what a player polls.
#include <gmock/gmock.h>

#include <map>

#include "sim/kvs_media/rig.h"

namespace kinesight::sim::kvs::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using video::kvs_hls::MediaPlaylist;
using video::kvs_hls::PlaylistFragment;

class LiveTest : public Rig {
 protected:
  const json kShown = {{"DisplayFragmentTimestamp", "ALWAYS"},
                       {"HLSFragmentSelector", {{"FragmentSelectorType", "PRODUCER_TIMESTAMP"}}},
                       {"DiscontinuityMode", "ON_DISCONTINUITY"}};

  /// Seconds after the camera's start at which the fragments begin.
  static std::vector<double> begins(const MediaPlaylist& playlist) {
    std::vector<double> all;
    for (const PlaylistFragment& one : playlist.fragments) all.push_back(one.date_time.value_or(0) - kStart);
    return all;
  }
  static std::vector<bool> marks(const MediaPlaylist& playlist) {
    std::vector<bool> all;
    for (const PlaylistFragment& one : playlist.fragments) all.push_back(one.discontinuity);
    return all;
  }
};

TEST_F(LiveTest, PlaylistsAreWrittenAsTheServiceWritesThem) {
  add_camera();
  at(3.3);
  const std::string url = session(kShown);
  const std::string token = value_in(url, "SessionToken");
  EXPECT_EQ(url, "http://127.0.0.1:1/hls/v1/getHLSMasterPlaylist.m3u8?SessionToken=" + token);
  EXPECT_TRUE(token.starts_with("Ci") && token.ends_with("~"));
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~"),
            std::string::npos);

  EXPECT_THAT(body(url),
              AllOf(HasSubstr("#EXTM3U\n#EXT-X-VERSION:1\n#EXT-X-STREAM-INF:BANDWIDTH="),
                    HasSubstr("CODECS=\"" + ten_seconds()->codec + "\",RESOLUTION=160x120"),
                    HasSubstr("\ngetHLSMediaPlaylist.m3u8?SessionToken=" + token + "&TrackNumber=1\n")));
  const auto numbers = [&] {
    std::vector<std::string> all;
    for (const PlaylistFragment& one : media(url).fragments) all.push_back(one.number);
    return all;
  }();
  ASSERT_EQ(numbers.size(), 3U);
  std::string wanted =
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
      "#EXT-X-INDEPENDENT-SEGMENTS\n"
      "#EXT-X-MAP:URI=\"getMP4InitFragment.mp4?SessionToken=" +
      token + "&TrackNumber=1&SequenceNumber=0\"\n";
  for (int second = 0; second < 3; ++second)
    wanted += "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:2" + std::to_string(second) +
              ".000Z\n#EXTINF:1.0,\ngetMP4MediaFragment.mp4?FragmentNumber=" +
              numbers[static_cast<std::size_t>(second)] + "&SessionToken=" + token + "&TrackNumber=1\n";
  EXPECT_EQ(media_text(url), wanted);
  EXPECT_EQ(get(url)->content_type, "application/x-mpegURL");
}

TEST_F(LiveTest, EachFragmentKeepsItsSequenceNumberAsTheListMovesOn) {
  add_camera();
  faults.add({.name = "gap", .value = "5", .begin = kStart + 20.5});
  at(12.26);
  const std::string url = session(kShown);
  std::map<std::string, std::int64_t> sequence_of;
  std::int64_t next = 0;
  for (double now = 12.26; now < 40; now += 0.7) {
    at(now);
    const MediaPlaylist playlist = media(url);
    EXPECT_EQ(playlist.fragments.size(), 5U);
    EXPECT_FALSE(playlist.ended);
    for (const PlaylistFragment& one : playlist.fragments) {
      const auto [known, added] = sequence_of.try_emplace(one.number, one.sequence);
      EXPECT_EQ(known->second, one.sequence);
      EXPECT_EQ(one.sequence, added ? next++ : known->second);
    }
  }
  EXPECT_EQ(begins(media(url)), (std::vector<double>{34, 35, 36, 37, 38}));
}

TEST_F(LiveTest, TheFragmentAfterAGapStandsBehindADiscontinuity) {
  add_camera();
  faults.add({.name = "gap", .value = "2", .begin = kStart + 5.5});
  at(10.3);
  const std::string url = session(kShown);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{2, 3, 4, 8, 9}));
  EXPECT_EQ(marks(media(url)), (std::vector<bool>{false, false, false, true, false}));
  at(13.3);  // It is the first one listed now, and still says so.
  EXPECT_EQ(marks(media(url)), (std::vector<bool>{true, false, false, false, false}));

  json mode = kShown;
  mode["DiscontinuityMode"] = "ALWAYS";
  EXPECT_EQ(marks(media(session(mode))), std::vector<bool>(5, true));
  mode["DiscontinuityMode"] = "NEVER";
  EXPECT_EQ(marks(media(session(mode))), std::vector<bool>(5, false));
}

TEST_F(LiveTest, DefaultsAreTheServices) {
  add_camera();
  at(20);
  EXPECT_EQ(marks(media(session())), std::vector<bool>(5, true));  // By server time: ALWAYS.
  EXPECT_FALSE(media(session()).fragments[0].date_time);
  EXPECT_EQ(
      marks(media(session({{"HLSFragmentSelector", {{"FragmentSelectorType", "PRODUCER_TIMESTAMP"}}}}))),
      std::vector<bool>(5, false));
  const auto by_server = media(session({{"DisplayFragmentTimestamp", "ALWAYS"}}));
  EXPECT_DOUBLE_EQ(*by_server.fragments[0].date_time, kStart + 14 + kUpload);
}

TEST_F(LiveTest, FragmentsAreMediaThatGoesOn) {
  add_camera();
  at(13.3);  // The loop's second lap has begun.
  const MediaPlaylist playlist = media(session(kShown));
  std::string film = body(playlist.fragments[0].init_uri);
  EXPECT_EQ(film, ten_seconds()->init);
  for (const PlaylistFragment& one : playlist.fragments) film += body(one.uri);
  std::vector<int> wanted = count_up(80, 100);
  for (const int number : count_up(0, 30)) wanted.push_back(number);
  EXPECT_EQ(numbers_in(film, "film.mp4"), wanted);
  EXPECT_EQ(get(playlist.fragments[0].uri)->content_type, "video/mp4");
}

TEST_F(LiveTest, AnotherResolutionBringsAnotherInitializationSegment) {
  add_camera();
  faults.add({.name = "resolution", .begin = kStart + 8, .end = kStart + 9});
  at(11.3);
  const MediaPlaylist playlist = media(session(kShown));
  ASSERT_EQ(begins(playlist), (std::vector<double>{6, 7, 8, 9, 10}));
  EXPECT_EQ(marks(playlist), (std::vector<bool>{false, false, true, true, false}));
  EXPECT_EQ(body(playlist.fragments[1].init_uri), ten_seconds()->init);
  EXPECT_EQ(body(playlist.fragments[2].init_uri), ten_seconds_small()->init);
  EXPECT_EQ(body(playlist.fragments[3].init_uri), ten_seconds()->init);
  const std::string other = body(playlist.fragments[2].init_uri) + body(playlist.fragments[2].uri);
  EXPECT_EQ(numbers_in(other, "other.mp4"), count_up(80, 90));
}

TEST_F(LiveTest, TransportStreamsComeWithoutInitializationSegments) {
  add_camera();
  at(8.3);
  json request = kShown;
  request["ContainerFormat"] = "MPEG_TS";
  const std::string url = session(request);
  EXPECT_THAT(media_text(url),
              AllOf(Not(HasSubstr("EXT-X-MAP")), HasSubstr("\ngetTSFragment.ts?FragmentNumber=")));
  const MediaPlaylist playlist = media(url);
  EXPECT_EQ(numbers_in(body(playlist.fragments[1].uri), "one.ts"), count_up(40, 50));
  EXPECT_EQ(get(playlist.fragments[1].uri)->content_type, "video/MP2T");
  EXPECT_EQ(get("getMP4InitFragment.mp4?SessionToken=" + value_in(url, "SessionToken")).error().status, 404);
}

TEST_F(LiveTest, ACameraThatGoesOfflineLeavesItsLastFragments) {
  add_camera();
  at(20);
  const std::string url = session(kShown);
  faults.add({.name = "offline", .begin = kStart + 20});
  at(100);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{15, 16, 17, 18, 19}));
  const Refusal refusal = refused_session(kShown);
  EXPECT_EQ(refusal.status, 404);
  EXPECT_EQ(refusal.type, "ResourceNotFoundException");
}

TEST_F(LiveTest, ASessionNeedsAFragmentOfTheLastThirtySeconds) {
  add_camera();
  EXPECT_EQ(refused_session({}).type, "ResourceNotFoundException");  // Nothing has come yet.
  faults.add({.name = "offline", .begin = kStart + 20});
  at(50);
  EXPECT_EQ(refused_session({}).type, "none");
  at(51);
  EXPECT_EQ(refused_session({}).type, "ResourceNotFoundException");
}

TEST_F(LiveTest, NothingIsToBeHadWithoutATokenThatIsGood) {
  add_camera();
  at(10);
  const std::string url = session({{"Expires", 20}});
  const std::string fragment = media(url).fragments[0].uri;
  EXPECT_EQ(api.stream_of("SessionToken=" + value_in(url, "SessionToken")), "cam");
  at(29.9);
  EXPECT_TRUE(get(url));
  EXPECT_TRUE(get(fragment));
  at(30);
  for (const std::string& uri : {url, fragment, std::string("getHLSMediaPlaylist.m3u8?SessionToken=Cixyz~"),
                                 std::string("getHLSMediaPlaylist.m3u8?"), std::string("?%zz")}) {
    const auto answer = get(uri);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().status, 403);
    EXPECT_EQ(answer.error().type, "NotAuthorizedException");
    EXPECT_THAT(answer.error().message, Not(HasSubstr("Ci")));
  }
  EXPECT_EQ(api.stream_of("SessionToken=" + value_in(url, "SessionToken")), "cam");
  EXPECT_EQ(api.stream_of("SessionToken=no"), "");
}

TEST_F(LiveTest, OfManySessionsTheOldestGo) {
  add_camera();
  add_camera("other", {ten_seconds()});
  at(10);
  const std::string other = session({{"StreamName", "other"}});
  std::vector<std::string> urls;
  for (int i = 0; i < 201; ++i) urls.push_back(session());
  EXPECT_FALSE(get(urls[0]));
  EXPECT_TRUE(get(urls[1]));
  EXPECT_TRUE(get(urls[200]));
  EXPECT_TRUE(get(other));
}

TEST_F(LiveTest, FragmentsThatAreNotThereAreNotFound) {
  add_camera();
  at(10);
  const std::string url = session();
  std::string uri = media(url).fragments[0].uri;
  const std::string number = value_in(uri, "FragmentNumber");
  for (const std::string& wrong :
       {std::string("0"), std::string(47, '9'), std::string("%00"), std::string()}) {
    std::string other = uri;
    other.replace(other.find(number), number.size(), wrong);
    EXPECT_EQ(get(other).error().status, 404) << wrong;
  }
  const std::string token = "?SessionToken=" + value_in(url, "SessionToken");
  EXPECT_EQ(get("getMP4InitFragment.mp4" + token + "&SequenceNumber=9").error().status, 404);
  EXPECT_EQ(get("getTSFragment.ts" + token + "&FragmentNumber=" + number).error().status, 404);
  EXPECT_EQ(get("passwd" + token).error().status, 404);
  EXPECT_EQ(api.get("/elsewhere", token.substr(1)).error().status, 404);
}

TEST_F(LiveTest, WhatRetentionHasTakenIsGone) {
  add_camera("cam", {ten_seconds()}, 1);
  at(10);
  const std::string uri = media(session({{"Expires", 7200}})).fragments[0].uri;
  at(3600);
  EXPECT_TRUE(get(uri));
  at(3605);  // It arrived at 4.25 s.
  EXPECT_EQ(get(uri).error().status, 404);
  add_camera("none", {ten_seconds()}, 0);
  EXPECT_EQ(refused_session({{"StreamName", "none"}}).type, "NoDataRetentionException");
}

TEST_F(LiveTest, GarbageOnRequest) {
  add_camera();
  at(10);
  const std::string url = session();
  const std::string uri = media(url).fragments[0].uri;
  const std::string good = body(uri);
  faults.add({.name = "bad_fragment", .stream = "cam", .begin = kStart, .count = 1});
  faults.add({.name = "bad_playlist", .stream = "cam", .begin = kStart, .count = 1});
  const std::string bad = body(uri);
  EXPECT_EQ(bad.size(), good.size());
  EXPECT_NE(bad, good);
  EXPECT_FALSE(video::kvs_hls::parse_master_playlist(body(url)));
  EXPECT_EQ(body(uri), good);
  EXPECT_EQ(media(url).fragments.size(), 5U);
}

TEST_F(LiveTest, RequestsThatMakeNoSenseAreRefused) {
  add_camera();
  at(10);
  const std::vector<json> wrong = {
      {{"PlaybackMode", "LIFE"}},
      {{"ContainerFormat", "AVI"}},
      {{"DiscontinuityMode", 7}},
      {{"DisplayFragmentTimestamp", "SOMETIMES"}},
      {{"Expires", 0}},
      {{"Expires", 43'201}},
      {{"Expires", "300"}},
      {{"MaxMediaPlaylistFragmentResults", 5001}},
      {{"MaxMediaPlaylistFragmentResults", 0}},
      {{"HLSFragmentSelector", selector(0, 5)}},
      {{"HLSFragmentSelector", "all"}},
      {{"HLSFragmentSelector", {{"FragmentSelectorType", "BOTH"}}}},
      {{"StreamName", "a stream"}},
      {{"StreamName", 5}},
      {{"StreamName", ""}},
  };
  for (const json& request : wrong) {
    const Refusal refusal = refused_session(request);
    EXPECT_EQ(refusal.type, "InvalidArgumentException") << request;
    EXPECT_EQ(refusal.status, 400);
  }
  EXPECT_EQ(refused_session({{"StreamName", "nobody"}}).type, "ResourceNotFoundException");
}

}  // namespace
}  // namespace kinesight::sim::kvs::test

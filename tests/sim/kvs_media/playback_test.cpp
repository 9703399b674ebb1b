// ON_DEMAND and LIVE_REPLAY sessions: what was.
#include <gmock/gmock.h>

#include "sim/kvs_media/rig.h"

namespace kinesight::sim::kvs::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using video::kvs_hls::MediaPlaylist;

class PlaybackTest : public Rig {
 protected:
  static json request(const char* mode, json times) {
    return {{"PlaybackMode", mode}, {"DisplayFragmentTimestamp", "ALWAYS"}, {"HLSFragmentSelector", times}};
  }
  static std::vector<double> begins(const MediaPlaylist& playlist) {
    std::vector<double> all;
    for (const auto& one : playlist.fragments) all.push_back(*one.date_time - kStart);
    return all;
  }
};

TEST_F(PlaybackTest, OnDemandListsTheWholeRangeAtOnce) {
  add_camera();
  faults.add({.name = "gap", .value = "1", .begin = kStart + 15});
  at(60);
  json asked = request("ON_DEMAND", selector(12.5, 18));
  asked["DiscontinuityMode"] = "ON_DISCONTINUITY";
  const std::string url = session(asked);
  EXPECT_THAT(media_text(url), HasSubstr("#EXT-X-PLAYLIST-TYPE:VOD\n"));
  EXPECT_THAT(media_text(url), testing::EndsWith("#EXT-X-ENDLIST\n"));
  const MediaPlaylist playlist = media(url);
  EXPECT_EQ(begins(playlist), (std::vector<double>{13, 14, 16, 17, 18}));  // Both ends included.
  EXPECT_EQ(playlist.media_sequence, 0);
  EXPECT_TRUE(playlist.ended);
  EXPECT_TRUE(playlist.fragments[2].discontinuity);
  EXPECT_FALSE(playlist.fragments[0].discontinuity);
  at(300);
  EXPECT_EQ(begins(media(url)).size(), 5U);
}

TEST_F(PlaybackTest, OnDemandByServerTimeAndUpToItsLimit) {
  add_camera();
  at(60);
  json asked = request("ON_DEMAND", selector(10.25, 40, "SERVER_TIMESTAMP"));
  asked["MaxMediaPlaylistFragmentResults"] = 3;
  EXPECT_EQ(begins(media(session(asked))), (std::vector<double>{10.25, 11.25, 12.25}));
}

TEST_F(PlaybackTest, OnlyTheSessionsRangeIsToBeHad) {
  add_camera();
  at(60);
  const std::string inside = media(session(request("ON_DEMAND", selector(12, 13)))).fragments[1].uri;
  const std::string outside = media(session(request("ON_DEMAND", selector(20, 21)))).fragments[1].uri;
  EXPECT_TRUE(get(inside));
  std::string mixed = inside;
  mixed.replace(mixed.find("Number=") + 7, 47, value_in(outside, "FragmentNumber"));
  EXPECT_EQ(get(mixed).error().status, 404);
}

TEST_F(PlaybackTest, RangesThatMakeNoSenseAreRefused) {
  add_camera();
  at(60);
  const std::vector<json> wrong = {
      request("ON_DEMAND", nullptr),
      request("ON_DEMAND", {{"FragmentSelectorType", "PRODUCER_TIMESTAMP"}}),
      request("ON_DEMAND", {{"TimestampRange", {{"StartTimestamp", kStart}}}}),
      request("ON_DEMAND", selector(20, 20)),
      request("ON_DEMAND", selector(20, 10)),
      request("ON_DEMAND", selector(20, 20 + 86'401)),
      request("ON_DEMAND", selector(20, 61, "SERVER_TIMESTAMP")),
      request("ON_DEMAND", {{"TimestampRange", {{"StartTimestamp", "now"}, {"EndTimestamp", 5}}}}),
      request("ON_DEMAND", {{"TimestampRange", {{"StartTimestamp", 1e300}, {"EndTimestamp", 2e300}}}}),
      request("LIVE_REPLAY", {{"TimestampRange", {{"EndTimestamp", kStart}}}}),
  };
  for (const json& one : wrong) EXPECT_EQ(refused_session(one).type, "InvalidArgumentException") << one;
  EXPECT_EQ(refused_session(request("ON_DEMAND", selector(-100, -50))).type, "ResourceNotFoundException");
  EXPECT_EQ(refused_session(request("LIVE_REPLAY", selector(-100, -50))).type, "ResourceNotFoundException");
}

TEST_F(PlaybackTest, AReplayBeginsInThePastAndGoesOnAtThePaceOfTheVideo) {
  add_camera();
  at(60);
  json asked = request("LIVE_REPLAY", {{"FragmentSelectorType", "PRODUCER_TIMESTAMP"},
                                       {"TimestampRange", {{"StartTimestamp", kStart + 9.5}}}});
  asked["MaxMediaPlaylistFragmentResults"] = 3;
  asked["Expires"] = 3600;
  const std::string url = session(asked);
  EXPECT_THAT(media_text(url), Not(HasSubstr("PLAYLIST-TYPE")));
  EXPECT_EQ(begins(media(url)), (std::vector<double>{10, 11, 12}));
  EXPECT_EQ(media(url).media_sequence, 0);
  at(60.9);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{10, 11, 12}));
  at(61);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{11, 12, 13}));
  EXPECT_EQ(media(url).media_sequence, 1);
  at(70.5);  // Not asked for ten seconds: it has gone on all the same.
  EXPECT_EQ(begins(media(url)), (std::vector<double>{20, 21, 22}));
  EXPECT_EQ(media(url).media_sequence, 10);
  EXPECT_FALSE(media(url).ended);
}

TEST_F(PlaybackTest, AReplayPassesOverGapsAndCatchesUpWithTheCamera) {
  add_camera();
  faults.add({.name = "gap", .value = "45", .begin = kStart + 12});
  at(60);
  json asked = request("LIVE_REPLAY", {{"FragmentSelectorType", "PRODUCER_TIMESTAMP"},
                                       {"TimestampRange", {{"StartTimestamp", kStart + 10}}}});
  asked["MaxMediaPlaylistFragmentResults"] = 2;
  asked["DiscontinuityMode"] = "ON_DISCONTINUITY";
  const std::string url = session(asked);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{10, 11}));
  at(61);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{11, 57}));
  EXPECT_TRUE(media(url).fragments[1].discontinuity);
  at(62);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{57, 58}));
  EXPECT_TRUE(media(url).fragments[0].discontinuity);
  at(66.3);  // From here on as the fragments arrive.
  EXPECT_EQ(begins(media(url)), (std::vector<double>{61, 62}));
  EXPECT_EQ(media(url).media_sequence, 6);
}

TEST_F(PlaybackTest, AReplayGivesAllThatItListsThoughTheClockIsSetBack) {
  add_camera();
  faults.add({.name = "clock_skew", .value = "-30", .begin = kStart + 12});
  at(60);
  const std::string url = session(request("LIVE_REPLAY", selector(10, 40)));
  at(63);
  for (const auto& fragment : media(url).fragments) EXPECT_TRUE(get(fragment.uri)) << fragment.uri;
}

TEST_F(PlaybackTest, AReplayEndsWithItsRange) {
  add_camera();
  at(60);
  const std::string url = session(request("LIVE_REPLAY", selector(10, 17)));
  EXPECT_EQ(begins(media(url)), (std::vector<double>{10, 11, 12, 13, 14}));
  EXPECT_FALSE(media(url).ended);
  at(64);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{13, 14, 15, 16, 17}));
  EXPECT_TRUE(media(url).ended);
  at(100);
  EXPECT_EQ(begins(media(url)), (std::vector<double>{13, 14, 15, 16, 17}));
}

TEST_F(PlaybackTest, AReplayOfACameraThatHasGoneEndsToo) {
  add_camera();
  faults.add({.name = "offline", .begin = kStart + 15});
  at(60);
  const std::string url = session(request("LIVE_REPLAY", selector(10, 30)));
  EXPECT_EQ(begins(media(url)), (std::vector<double>{10, 11, 12, 13, 14}));
  EXPECT_TRUE(media(url).ended);
}

}  // namespace
}  // namespace kinesight::sim::kvs::test

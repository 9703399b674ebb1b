// Playlists as Kinesis Video Streams writes them, and everything that is none.
#include "video/kvs_hls/playlist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "event/moment.h"
#include "support/replay.h"
#include "video/kvs_hls/fragment.h"

namespace kinesight::video::kvs_hls::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kMaster =
    "#EXTM3U\n"
    "#EXT-X-VERSION:1\n"
    "#EXT-X-STREAM-INF:CODECS=\"avc1.640028,mp4a.40.2\",RESOLUTION=1920x1080,FRAME-RATE=30,BANDWIDTH="
    "1200000\n"
    "getHLSMediaPlaylist.m3u8?SessionToken=CiAsecret~&TrackNumber=1\n";

constexpr std::string_view kLive =
    "#EXTM3U\n"
    "#EXT-X-VERSION:7\n"
    "#EXT-X-TARGETDURATION:2\n"
    "#EXT-X-MEDIA-SEQUENCE:7\n"
    "#EXT-X-DISCONTINUITY-SEQUENCE:3\n"
    "#EXT-X-INDEPENDENT-SEGMENTS\n"
    "#EXT-X-MAP:URI=\"getMP4InitFragment.mp4?SessionToken=CiAsecret~&TrackNumber=1\"\n"
    "#EXT-X-PROGRAM-DATE-TIME:2022-01-28T07:00:35.931Z\n"
    "#EXTINF:1.857,\n"
    "getMP4MediaFragment.mp4?FragmentNumber=91343852333185057105875891022195998207386831087&SessionToken="
    "CiAsecret~&TrackNumber=1\n"
    "#EXT-X-DISCONTINUITY\n"
    "#EXT-X-MAP:URI=\"getMP4InitFragment.mp4?SessionToken=CiAsecret~&TrackNumber=1&SequenceNumber=2\"\n"
    "#EXTINF:2.0,of the second camera, with a comma\n"
    "getMP4MediaFragment.mp4?SessionToken=CiAsecret~&TrackNumber=1&FragmentNumber=1\n";

MediaPlaylist parsed(std::string_view text) {
  auto playlist = parse_media_playlist(text);
  if (!playlist) throw std::runtime_error(playlist.error().message);
  return std::move(*playlist);
}

std::string refusal(const std::string& text) {
  const auto playlist = parse_media_playlist(text);
  EXPECT_FALSE(playlist) << text;
  if (playlist) return {};
  EXPECT_EQ(playlist.error().kind, ErrorKind::corrupt);
  return playlist.error().message;
}

/// A playlist of these lines; line 3 is the first of them.
std::string with(const std::string& lines) { return "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + lines; }

TEST(Playlist, OfAMasterGivesItsVariant) {
  EXPECT_EQ(parse_master_playlist(kMaster), "getHLSMediaPlaylist.m3u8?SessionToken=CiAsecret~&TrackNumber=1");
}

TEST(Playlist, OfSeveralVariantsTheOneOfTheHighestBandwidth) {
  EXPECT_EQ(
      parse_master_playlist("#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=5\r\nlow\r\n"
                            "#EXT-X-STREAM-INF:NAME=\"a,BANDWIDTH=9\",BANDWIDTH=7\r\n\r\n# middle\r\nhigh\r\n"
                            "#EXT-X-STREAM-INF:RESOLUTION=1x1\r\nunknown"),
      "high");
}

TEST(Playlist, OfAMasterIsRefusedWithTheLine) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "line 1: expected #EXTM3U, found nothing"},
      {"<html>", "line 1: expected #EXTM3U"},
      {"#EXTM3U\n", "expected a variant"},
      {"#EXTM3U\nuri-of-nothing\n", "expected a variant"},
      {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=5\n", "expected a variant"},
      {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=-5\nuri\n", "line 2: expected a BANDWIDTH"},
      {std::string(kLive), "expected a master playlist, found a media playlist"},
  };
  for (const auto& [text, said] : cases) {
    const auto uri = parse_master_playlist(text);
    ASSERT_FALSE(uri) << text;
    EXPECT_EQ(uri.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(uri.error().message, AllOf(HasSubstr(said), Not(HasSubstr("uri-of"))));
  }
}

TEST(Playlist, OfALiveSession) {
  const MediaPlaylist playlist = parsed(kLive);
  EXPECT_EQ(playlist.media_sequence, 7);
  EXPECT_EQ(playlist.target_duration, 2);
  EXPECT_FALSE(playlist.ended);
  ASSERT_EQ(playlist.fragments.size(), 2u);

  const PlaylistFragment& first = playlist.fragments[0];
  EXPECT_EQ(first.number, "91343852333185057105875891022195998207386831087");
  EXPECT_EQ(first.uri,
            "getMP4MediaFragment.mp4?FragmentNumber=91343852333185057105875891022195998207386831087"
            "&SessionToken=CiAsecret~&TrackNumber=1");
  EXPECT_EQ(first.init_uri, "getMP4InitFragment.mp4?SessionToken=CiAsecret~&TrackNumber=1");
  EXPECT_EQ(first.sequence, 7);
  EXPECT_DOUBLE_EQ(first.duration, 1.857);
  ASSERT_TRUE(first.date_time);
  EXPECT_NEAR(*first.date_time, 1643353235.931, 1e-6);
  EXPECT_FALSE(first.discontinuity);
  EXPECT_FALSE(first.gap);

  const PlaylistFragment& second = playlist.fragments[1];
  EXPECT_EQ(second.number, "1");
  EXPECT_THAT(second.init_uri, HasSubstr("SequenceNumber=2"));
  EXPECT_EQ(second.sequence, 8);
  EXPECT_DOUBLE_EQ(second.duration, 2);
  EXPECT_FALSE(second.date_time);
  EXPECT_TRUE(second.discontinuity);
}

TEST(Playlist, OfARecordingEnds) {
  const MediaPlaylist playlist = parsed(
      "#EXTM3U\r\n#EXT-X-PLAYLIST-TYPE:VOD\r\n#EXT-X-TARGETDURATION:10\r\n"
      "#EXTINF:9.5\r\na.ts\r\n#EXT-X-GAP\r\n#EXTINF:1,\r\nb.ts\r\n#EXT-X-ENDLIST");
  EXPECT_TRUE(playlist.ended);
  ASSERT_EQ(playlist.fragments.size(), 2u);
  EXPECT_EQ(playlist.fragments[0].uri, "a.ts");
  EXPECT_EQ(playlist.fragments[0].init_uri, "");
  EXPECT_EQ(playlist.fragments[0].number, "");
  EXPECT_FALSE(playlist.fragments[0].gap);
  EXPECT_TRUE(playlist.fragments[1].gap);
  EXPECT_EQ(playlist.media_sequence, 0);
}

TEST(Playlist, WithoutFragmentsIsOneOfACameraThatHasNotSentAnyYet) {
  EXPECT_TRUE(parsed("#EXTM3U\n#EXT-X-TARGETDURATION:2").fragments.empty());
}

TEST(Playlist, TakesDatesWithEveryZone) {
  for (const std::string date : {"2022-01-28T08:30:35.931+01:30", "2022-01-28T08:30:35.931+0130",
                                 "2022-01-28T07:00:35.93100Z", "2022-01-28T01:00:35.931-06:00"}) {
    const auto playlist = parsed(with("#EXT-X-PROGRAM-DATE-TIME:" + date + "\n#EXTINF:1,\na\n"));
    EXPECT_NEAR(playlist.fragments[0].date_time.value(), 1643353235.931, 1e-6) << date;
  }
}

TEST(Playlist, FindsTheAttributeAmongQuotedCommas) {
  const auto playlist =
      parsed(with("#EXT-X-MAP:X=\"a,URI=\",NAME=plain,URI=\"init,1.mp4\"\n#EXTINF:1,\na\n"));
  EXPECT_EQ(playlist.fragments[0].init_uri, "init,1.mp4");
}

TEST(Playlist, PassesOverWhatItDoesNotKnow) {
  const auto playlist =
      parsed(with("#EXT-X-DATERANGE:ID=\"x\"\n# a comment\n#EXT-X-KEY:METHOD=NONE\n\n"
                  "#EXTINF:1,\n#EXT-X-BITRATE:5\n# between\na\n"));
  EXPECT_EQ(playlist.fragments.size(), 1u);
}

TEST(Playlist, IsRefusedWithTheLineAndWithoutTheToken) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "line 1: expected #EXTM3U, found nothing"},
      {"\xEF\xBB\xBF#EXTM3U\n", "line 1"},
      {"{\"message\": \"SessionToken=secret\"}", "line 1"},
      {std::string(kMaster), "line 3: expected a media playlist, found a master playlist"},
      {"#EXTM3U\n#EXTINF:1,\na\n", "expected #EXT-X-TARGETDURATION"},
      {"#EXTM3U\n#EXT-X-TARGETDURATION:secret\n", "line 2: expected #EXT-X-TARGETDURATION with seconds"},
      {with("#EXTINF:-1,\na\n"), "line 3: expected #EXTINF with seconds from 0 to 3600, found '-1'"},
      {with("#EXTINF:3600.1,\na\n"), "line 3"},
      {with("#EXTINF:nan,\na\n"), "line 3"},
      {with("#EXTINF:inf,\na\n"), "line 3"},
      {with("#EXTINF:1e9,\na\n"), "line 3"},
      {with("#EXTINF:1s,\na\n"), "line 3"},
      {with("#EXTINF:,\na\n"), "line 3"},
      {with("#EXTINF\na\n"), "line 3"},
      {with("#EXTINF:1,\n#EXTINF:1,\na\n"), "line 4: expected a URI after #EXTINF"},
      {with("secret.mp4\n"), "line 3: expected #EXTINF before a fragment"},
      {with("#EXTINF:1,\n"), "line 3: expected a URI after #EXTINF"},
      {with("#EXTINF:1,\nsecret mp4\n"), "line 4: expected a URI"},
      {with("#EXTINF:1,\nsecret\rX-Header\n"), "line 4: expected a URI"},
      {with("#EXTINF:1,\n" + std::string(kMaxPlaylistUriBytes + 1, 'a') + "\n"), "line 4: expected a URI"},
      {with("#EXTINF:1,\na?SessionToken=secret&FragmentNumber=12x\n"), "line 4: expected a FragmentNumber"},
      {with("#EXTINF:1,\na?FragmentNumber=" + std::string(129, '1') + "\n"), "line 4"},
      {with("#EXT-X-MEDIA-SEQUENCE:-1\n"), "line 3: expected #EXT-X-MEDIA-SEQUENCE"},
      {with("#EXT-X-MEDIA-SEQUENCE:9223372036854775807\n"), "line 3"},
      {with("#EXT-X-MEDIA-SEQUENCE:92233720368547758070\n"), "line 3"},
      {with("#EXT-X-MEDIA-SEQUENCE:\n"), "line 3"},
      {with("#EXT-X-PROGRAM-DATE-TIME:2022-13-28T07:00:35Z\n"), "line 3: expected #EXT-X-PROGRAM-DATE-TIME"},
      {with("#EXT-X-PROGRAM-DATE-TIME:2022-01-28\n"), "line 3"},
      {with("#EXT-X-PROGRAM-DATE-TIME:1643353235931\n"), "line 3"},
      {with("#EXT-X-PROGRAM-DATE-TIME:2022-01-28T07:00:35.931secret\n"), "line 3"},
      {with("#EXT-X-PROGRAM-DATE-TIME:1h\n"), "line 3"},
      {with("#EXT-X-MAP:NAME=\"secret\"\n"), "line 3: expected #EXT-X-MAP with a URI"},
      {with("#EXT-X-MAP:URI=\"secret\n"), "line 3"},
      {with("#EXT-X-MAP:URI=\"\"\n"), "line 3"},
      {with("#EXT-X-MAP:URI=\"secret\",BYTERANGE=\"1@2\"\n"), "line 3: expected #EXT-X-MAP of a whole file"},
      {with("#EXT-X-BYTERANGE:5\n"), "line 3: expected whole fragments"},
      {with("#EXT-X-KEY:METHOD=AES-128,URI=\"secret\"\n"), "line 3: expected plain fragments"},
  };
  for (const auto& [text, said] : cases)
    EXPECT_THAT(refusal(text), AllOf(HasSubstr(said), Not(HasSubstr("secret")))) << text;
}

TEST(Playlist, IsBounded) {
  std::string text = with("");
  for (std::size_t i = 0; i < kMaxPlaylistFragments; ++i) text += "#EXTINF:1,\na\n";
  EXPECT_EQ(parsed(text).fragments.size(), kMaxPlaylistFragments);
  EXPECT_THAT(refusal(text + "#EXTINF:1,\na\n"), HasSubstr("at most 10000 fragments"));
  EXPECT_THAT(refusal(with(std::string(kMaxPlaylistBytes, '\n'))), HasSubstr("at most 4194304 bytes"));
}

/// A playlist as some server might write it, with what must be read from it.
struct Written {
  MediaPlaylist playlist;
  std::string text;
};

Written write_any(Rng& rng) {
  const std::string end = rng.chance(0.5) ? "\n" : "\r\n";
  MediaPlaylist playlist{.media_sequence = rng.integer(0, 1'000'000),
                         .target_duration = static_cast<double>(rng.integer(1, 20)),
                         .ended = rng.chance(0.3),
                         .fragments = {}};
  std::string text = "#EXTM3U" + end;
  const auto line = [&](const std::string& words) { text += words + end; };
  const auto noise = [&] {
    if (rng.chance(0.1)) line("");
    if (rng.chance(0.1)) line("#EXT-X-SOMETHING:NEW=\"1,2\"");
  };
  line(fmt::format("#EXT-X-TARGETDURATION:{}", playlist.target_duration));
  line(fmt::format("#EXT-X-MEDIA-SEQUENCE:{}", playlist.media_sequence));
  const int count = rng.integer(0, 20);
  std::string init;
  for (int i = 0; i < count; ++i) {
    PlaylistFragment fragment;
    fragment.sequence = playlist.media_sequence + i;
    fragment.duration = rng.integer(0, 3'600'000) / 1000.0;
    fragment.discontinuity = rng.chance(0.2);
    fragment.gap = rng.chance(0.2);
    if (rng.chance(0.3)) {
      init = fmt::format("init,{}.mp4?SessionToken=a,b", i);
      line(fmt::format("#EXT-X-MAP:FIRST=\"x,y\",URI=\"{}\",LAST=1", init));
    }
    if (rng.chance(0.7)) {
      const std::int64_t ms = std::int64_t{rng.integer(0, 2'000'000'000)} * 1000 + rng.integer(0, 999);
      fragment.date_time = static_cast<double>(ms) / 1000.0;
      line("#EXT-X-PROGRAM-DATE-TIME:" + event::format_moment(ms));
    }
    noise();
    if (fragment.discontinuity) line("#EXT-X-DISCONTINUITY");
    if (fragment.gap) line("#EXT-X-GAP");
    fragment.init_uri = init;
    if (rng.chance(0.7))
      fragment.number = std::to_string(rng.integer(0, 2'000'000'000)) + "00000000000000000";
    fragment.uri = fmt::format("fragment{}.mp4?Track=1", i);
    if (!fragment.number.empty()) fragment.uri += "&FragmentNumber=" + fragment.number;
    line(fmt::format("#EXTINF:{:.3f},{}", fragment.duration, rng.chance(0.5) ? "" : "a title"));
    noise();
    line(fragment.uri);
    playlist.fragments.push_back(fragment);
  }
  if (playlist.ended) line("#EXT-X-ENDLIST");
  return {playlist, text};
}

TEST(Playlist, SaysWhatWasWritten) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 200; ++round) {
    const auto [expected, text] = write_any(rng);
    SCOPED_TRACE(text);
    const MediaPlaylist playlist = parsed(text);
    EXPECT_EQ(playlist.media_sequence, expected.media_sequence);
    EXPECT_EQ(playlist.target_duration, expected.target_duration);
    EXPECT_EQ(playlist.ended, expected.ended);
    ASSERT_EQ(playlist.fragments.size(), expected.fragments.size());
    for (std::size_t i = 0; i < expected.fragments.size(); ++i) {
      const PlaylistFragment &was = playlist.fragments[i], &is = expected.fragments[i];
      EXPECT_EQ(was.uri, is.uri);
      EXPECT_EQ(was.init_uri, is.init_uri);
      EXPECT_EQ(was.number, is.number);
      EXPECT_EQ(was.sequence, is.sequence);
      EXPECT_DOUBLE_EQ(was.duration, is.duration);
      EXPECT_EQ(was.date_time, is.date_time);
      EXPECT_EQ(was.discontinuity, is.discontinuity);
      EXPECT_EQ(was.gap, is.gap);
    }
  }
}

TEST(FragmentNumber, IsTheStreamsOwnOrTheSessions) {
  EXPECT_TRUE(is_stream_wide("91343852333185057105875891022195998207386831087"));
  EXPECT_FALSE(is_stream_wide("18446744073709551615"));
  EXPECT_FALSE(is_stream_wide("0"));
  EXPECT_FALSE(is_stream_wide(""));
  EXPECT_FALSE(is_stream_wide("9134385233318505710587589102219599820738683108x"));
}

TEST(FragmentNumber, IsBeforeAnotherByItsValue) {
  EXPECT_TRUE(number_before("9", "10"));
  EXPECT_FALSE(number_before("10", "9"));
  EXPECT_FALSE(number_before("7", "7"));
  EXPECT_FALSE(number_before("007", "7"));
  EXPECT_TRUE(number_before("0", "000000000000000000000000000001"));
  EXPECT_TRUE(number_before("", "1"));
  EXPECT_TRUE(number_before("91343852333185057105875891022195998207386831087",
                            "91343852333185057105875891022195998207386831088"));
}

}  // namespace
}  // namespace kinesight::video::kvs_hls::test

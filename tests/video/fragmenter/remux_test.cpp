// A run of fragments as one file: for GetClip, GetMediaForFragmentList and sessions of MPEG-TS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "video/boxes.h"
#include "video/fragmenter.h"
#include "video/fragmenter/played.h"
#include "video/movie.h"

namespace kinesight::video::test {
namespace {

class Remux : public testing::TestWithParam<Mp4Options> {
 protected:
  Remux() {
    write_movie(folder.path() / "movie.mp4", 60, GetParam());
    auto cut = fragment_video(folder.path() / "movie.mp4", 2);
    if (!cut) throw std::runtime_error(cut.error().message);
    video = std::move(*cut);
  }

  /// Fragments 1 and 2, as a camera would have sent them an hour after its start.
  FragmentRun run() const {
    return {video.init,
            {with_time(video, video.fragments[1], kBegin, 1801),
             with_time(video, video.fragments[2], kBegin + 2, 1802)}};
  }

  static void expect_frames(const Played& played, double begin, double tolerance) {
    ASSERT_EQ(played.frames.size(), 40u);
    EXPECT_EQ(played.refused, 0);
    for (int i = 0; i < 40; ++i) {
      EXPECT_EQ(played.frames[i].number, 20 + i);
      EXPECT_NEAR(played.frames[i].seconds, begin + 0.1 * i, tolerance);
    }
  }

  static constexpr double kBegin = 3602;
  support::TempFolder folder;
  FragmentedVideo video;
};

TEST_P(Remux, ToMp4) {
  const auto file = mux_mp4(run());
  ASSERT_TRUE(file) << file.error().message;
  std::vector<std::string> types;
  for (const auto& box : boxes::list(*file, 0, file->size())) types.emplace_back(box.type);
  EXPECT_THAT(types, testing::ElementsAre("ftyp", "moov", "free", "mdat"));
  expect_frames(play(*file), 0, 1e-6);
}

TEST_P(Remux, ToMatroskaWithTags) {
  const auto file =
      mux_matroska(run(), {{"AWS_KINESISVIDEO_FRAGMENT_NUMBER", "91343852333181432392682062607743920146264"},
                           {"AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", "1700000000.123"}});
  ASSERT_TRUE(file) << file.error().message;
  const Played played = play(*file);
  EXPECT_THAT(played.format, testing::HasSubstr("matroska"));
  EXPECT_EQ(played.tags.at("AWS_KINESISVIDEO_FRAGMENT_NUMBER"), "91343852333181432392682062607743920146264");
  EXPECT_EQ(played.tags.at("AWS_KINESISVIDEO_PRODUCER_TIMESTAMP"), "1700000000.123");
  EXPECT_NEAR(played.frames.front().seconds, kBegin, 0.31);  // B-frames are shown a little later.
  expect_frames(played, played.frames.front().seconds, 0.0011);
}

TEST_P(Remux, ToMatroskaThatFollowsOnAnother) {
  const auto one = mux_matroska({video.init, {run().media[0]}}, {{"AWS_KINESISVIDEO_FRAGMENT_NUMBER", "1"}});
  const auto two = mux_matroska({video.init, {run().media[1]}}, {{"AWS_KINESISVIDEO_FRAGMENT_NUMBER", "2"}});
  ASSERT_TRUE(one && two);
  const Played played = play(*one + *two);
  EXPECT_EQ(played.tags.at("AWS_KINESISVIDEO_FRAGMENT_NUMBER"), "1");
  expect_frames(played, played.frames.front().seconds, 0.0011);
}

TEST_P(Remux, ToATransportStream) {
  const auto file = mux_mpegts(run());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->size() % 188, 0u);
  const Played played = play(*file);
  EXPECT_EQ(played.format, "mpegts");
  EXPECT_NEAR(played.frames.front().seconds, kBegin, 0.31);
  expect_frames(played, played.frames.front().seconds, 0.0001);
}

TEST_P(Remux, ToTransportStreamsThatFollowOnEachOther) {
  const auto one = mux_mpegts({video.init, {run().media[0]}});
  const auto two = mux_mpegts({video.init, {run().media[1]}});
  ASSERT_TRUE(one && two);
  const Played played = play(*one + *two);
  expect_frames(played, played.frames.front().seconds, 0.0001);
}

INSTANTIATE_TEST_SUITE_P(All, Remux,
                         testing::Values(Mp4Options{}, Mp4Options{.b_frames = 3}, Mp4Options{.codec = "hevc"},
                                         Mp4Options{.codec = "hevc", .b_frames = 3}));

class Damaged : public testing::Test {
 protected:
  Damaged() {
    write_movie(folder.path() / "movie.mp4", 20);
    video = fragment_video(folder.path() / "movie.mp4", 2).value();
  }

  void expect_corrupt(const FragmentRun& run) {
    for (const auto& result : {mux_mp4(run), mux_matroska(run, {}), mux_mpegts(run)}) {
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().kind, ErrorKind::corrupt) << result.error().message;
    }
  }

  support::TempFolder folder;
  FragmentedVideo video;
};

TEST_F(Damaged, NothingAtAll) { expect_corrupt({"", {}}); }
TEST_F(Damaged, NoFragment) { expect_corrupt({video.init, {}}); }
TEST_F(Damaged, NoInit) { expect_corrupt({"", {video.fragments[0].media}}); }
TEST_F(Damaged, Garbage) { expect_corrupt({"garbage in the place of a segment", {std::string(1000, 'x')}}); }

TEST_F(Damaged, TimeThatGoesBack) {
  expect_corrupt({video.init,
                  {with_time(video, video.fragments[0], 10, 1), with_time(video, video.fragments[0], 5, 2)}});
}

}  // namespace
}  // namespace kinesight::video::test

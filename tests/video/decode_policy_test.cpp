// What the file source decodes under each policy: frames, times, sequence numbers and counters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/temp_folder.h"
#include "video/any_video.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

using testing::ElementsAreArray;

class DecodePolicyTest : public testing::Test {
 protected:
  struct Outcome {
    std::vector<Seen> frames;
    SourceCounters counters;
  };

  Outcome play(const std::string& policy, double fps_target, const std::string& name = "movie.mp4") {
    const auto source =
        make_source(file_source_kind(), {{"path", folder.path() / name}, {"pace", "max"}, {"decode", policy}},
                    {"camera", fps_target, &clock});
    const auto opened = source->open({});
    EXPECT_TRUE(opened) << opened.error().message;
    auto frames = read_all(*source);
    return {std::move(frames), source->counters()};
  }

  /// Frames have the capture times and sequence numbers that belong to their numbers.
  static void expect_in_place(const std::vector<Seen>& frames, int count) {
    for (const Seen& frame : frames) {
      EXPECT_NEAR(frame.capture_time, kOpened - count * 0.1 + frame.number * 0.1, 0.001);
      EXPECT_EQ(frame.sequence, frame.number);
    }
  }

  static constexpr double kOpened = 1'700'000'000.0;
  support::TempFolder folder;
  const std::filesystem::path movie = folder.path() / "movie.mp4";
  support::FakeClock clock{kOpened};
};

TEST_F(DecodePolicyTest, AutomaticDecodesKeyframesAloneWhereTheyComeOftenEnough) {
  write_movie(movie, 60);
  const auto [frames, counters] = play("auto", 1);
  EXPECT_THAT(numbers(frames), ElementsAreArray(every(10, 60)));
  expect_in_place(frames, 60);
  EXPECT_EQ(counters.packets, 60u);
  EXPECT_EQ(counters.decoded, 6u);
  EXPECT_EQ(counters.skipped, 54u);
}

TEST_F(DecodePolicyTest, AutomaticDecodesAllWhereTheyDoNot) {
  write_movie(movie, 60);
  const auto [frames, counters] = play("auto", 5);
  EXPECT_THAT(numbers(frames), ElementsAreArray(every(1, 60)));
  expect_in_place(frames, 60);
  EXPECT_EQ(counters.skipped, 0u);
}

TEST_F(DecodePolicyTest, AutomaticFollowsAStreamWhoseKeyframesBecomeRareAndFrequentAgain) {
  // Keyframes at 0, 5, 10, 15, 20, then at 40, 60, then every 5 again, at 10 fps.
  const std::vector<std::pair<int, int>> parts = {{25, 5}, {40, 20}, {40, 5}};
  std::string stream;
  int first = 0;
  for (const auto& [count, interval] : parts) {
    // MPEG-TS files can be put one after the other; their times begin anew, which is a cut.
    write_movie(movie, count, {.keyframe_interval = interval});
    remux(movie, folder.path() / "part.ts");
    stream += slurp(folder.path() / "part.ts");
    first += count;
  }
  spill(folder.path() / "all.ts", stream);
  const auto [frames, counters] = play("auto", 2, "all.ts");
  std::vector<int> expected = every(5, 25);  // Keyframes alone, known from the survey …
  expected.push_back(0);  // … and still at the first long group, whose end is not known yet.
  const auto all_again = every(1, 40, 20);  // From the next keyframe on all,
  expected.insert(expected.end(), all_again.begin(), all_again.end());
  const auto settling = every(1, 15);  // until three short distances have been seen,
  expected.insert(expected.end(), settling.begin(), settling.end());
  const auto keyframes = every(5, 40, 15);  // and then keyframes again.
  expected.insert(expected.end(), keyframes.begin(), keyframes.end());
  EXPECT_THAT(numbers(frames), ElementsAreArray(expected));
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_GT(frames[i].capture_time, frames[i - 1].capture_time);
    EXPECT_GT(frames[i].sequence, frames[i - 1].sequence);
  }
  EXPECT_EQ(frames.back().sequence, 25 + 40 + 35);
  EXPECT_EQ(counters.packets, 105u);
  EXPECT_EQ(counters.decoded + counters.skipped, 105u);
}

TEST_F(DecodePolicyTest, KeyframesWithBFramesComeAtTheirOwnTimes) {
  for (const std::string codec : {"h264", "hevc"}) {
    write_movie(movie, 40, {.codec = codec, .b_frames = 3});
    const auto [frames, counters] = play("keyframes", 5);
    EXPECT_THAT(numbers(frames), ElementsAreArray(every(10, 40))) << codec;
    expect_in_place(frames, 40);
    EXPECT_EQ(counters.skipped, 36u);
  }
}

TEST_F(DecodePolicyTest, AKeyframeComesOutBeforeTheNextPacketIsRead) {
  write_movie(movie, 40, {.b_frames = 3});
  const auto source = make_source(
      file_source_kind(), {{"path", movie}, {"pace", "max"}, {"decode", "keyframes"}}, {"camera", 5, &clock});
  ASSERT_TRUE(source->open({}));
  for (const std::uint64_t packets : {1, 11, 21, 31}) {
    ASSERT_TRUE(source->read({}));
    EXPECT_EQ(source->counters().packets, packets);
  }
}

TEST_F(DecodePolicyTest, SwitchingKeepsTheFramesThatTheDecoderHeldBack) {
  // A stream of B-frames that automatic watches from within: keyframes turn frequent after a long group.
  write_movie(movie, 20, {.keyframe_interval = 20, .b_frames = 2});
  remux(movie, folder.path() / "part.ts");
  std::string stream = slurp(folder.path() / "part.ts");
  write_movie(movie, 40, {.keyframe_interval = 5, .b_frames = 2});
  remux(movie, folder.path() / "part.ts");
  stream += slurp(folder.path() / "part.ts");
  spill(folder.path() / "all.ts", stream);
  const auto [frames, counters] = play("auto", 2, "all.ts");
  std::vector<int> expected = every(1, 20);
  const auto settling = every(1, 15);
  expected.insert(expected.end(), settling.begin(), settling.end());
  const auto keyframes = every(5, 40, 15);
  expected.insert(expected.end(), keyframes.begin(), keyframes.end());
  EXPECT_THAT(numbers(frames), ElementsAreArray(expected));
}

TEST_F(DecodePolicyTest, ReferenceLeavesOutTheFramesThatNoOtherNeeds) {
  for (const std::string codec : {"h264", "hevc"}) {
    write_movie(movie, 40, {.codec = codec, .b_frames = 1});  // I b P b P …: every second one is disposable.
    const auto [frames, counters] = play("reference", 5);
    EXPECT_GE(frames.size(), 20u) << codec;
    EXPECT_LE(frames.size(), 26u) << codec;
    expect_in_place(frames, 40);
    EXPECT_EQ(counters.packets, 40u);
    EXPECT_EQ(counters.decoded, frames.size());
    EXPECT_EQ(counters.decoded + counters.skipped, 40u) << codec;
  }
}

TEST_F(DecodePolicyTest, AutomaticDecodesAllOfAStreamWithoutWholeKeyframes) {
  // Gradual refresh: what is marked as a point to start from is no whole picture.
  write_any_video(folder.path() / "refresh.mkv", 100,
                  {.encoder = "libx264",
                   .format = AV_PIX_FMT_YUV420P,
                   .keyframe_interval = 5,
                   .x264_params = "intra-refresh=1:bframes=0:scenecut=0"});
  remux(folder.path() / "refresh.mkv", folder.path() / "refresh.ts");
  const auto [frames, counters] = play("auto", 1, "refresh.ts");
  EXPECT_GE(frames.size(), 60u);
}

}  // namespace
}  // namespace kinesight::video::test

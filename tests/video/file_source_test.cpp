// The file source: which frames come, when they were captured, and how fast they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/fake_clock.h"
#include "support/temp_folder.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

using support::FakeClock;
using testing::ElementsAreArray;

constexpr double kOpened = 1'700'000'000.0;

class FileSource : public testing::Test {
 protected:
  /// A source of the movie, opened.
  std::unique_ptr<FrameSource> opened(OptionTexts texts, double fps_target = 5) {
    texts.try_emplace("path", movie.string());
    auto source = make_source(file_source_kind(), texts, {"camera", fps_target, &clock});
    const auto result = source->open({});
    EXPECT_TRUE(result) << result.error().message;
    return source;
  }

  support::TempFolder folder;
  const std::filesystem::path movie = folder.path() / "movie.mp4";
  FakeClock clock{kOpened};
};

TEST_F(FileSource, AtMaxPaceEveryFrameComesOnceDatedAsARecordingThatEndedAtOpen) {
  write_movie(movie, 35);
  const auto source = opened({{"pace", "max"}, {"decode", "all"}});
  const auto frames = read_all(*source);
  ASSERT_THAT(numbers(frames), ElementsAreArray(every(1, 35)));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_NEAR(frames[i].capture_time, kOpened - 3.5 + 0.1 * i, 0.001);
    EXPECT_EQ(frames[i].sequence, static_cast<std::int64_t>(i));
  }
  EXPECT_FALSE(source->live());
  EXPECT_EQ(source->counters().packets, 35u);
  EXPECT_EQ(source->counters().decoded, 35u);
  EXPECT_EQ(source->counters().skipped, 0u);
  EXPECT_DOUBLE_EQ(clock.wall_seconds(), kOpened);  // Nobody waited.
}

TEST_F(FileSource, TheEndStaysTheEnd) {
  write_movie(movie, 3);
  const auto source = opened({{"pace", "max"}});
  read_all(*source);
  for (int i = 0; i < 3; ++i) {
    const auto frame = source->read({});
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_FALSE(*frame);
  }
}

TEST_F(FileSource, ALoopGoesOnInTimeByTheLengthOfTheFile) {
  write_movie(movie, 12);
  for (const std::string pace : {"max", "realtime"}) {
    const auto source = opened({{"pace", pace}, {"loop", "true"}, {"decode", "all"}});
    const auto frames = read_all(*source, 12 * 4);
    ASSERT_EQ(frames.size(), 48u);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      EXPECT_EQ(frames[i].number, static_cast<int>(i % 12));
      EXPECT_NEAR(frames[i].capture_time - frames[0].capture_time, 0.1 * i, 0.001);
      EXPECT_EQ(frames[i].sequence, static_cast<std::int64_t>(i));
    }
    EXPECT_EQ(source->counters().loops, 3u);
  }
}

TEST_F(FileSource, ALoopOfKeyframesAloneIsAsLongAsTheWholeFile) {
  write_movie(movie, 25);
  const auto source = opened({{"pace", "max"}, {"loop", "true"}, {"decode", "keyframes"}});
  const auto frames = read_all(*source, 6);
  EXPECT_THAT(numbers(frames), ElementsAreArray({0, 10, 20, 0, 10, 20}));
  EXPECT_NEAR(frames[3].capture_time - frames[0].capture_time, 2.5, 0.001);
  EXPECT_EQ(frames[3].sequence, 25);
}

TEST_F(FileSource, AtRealtimePaceFramesComeAtTheVideosSpeedDatedAsTheyCome) {
  write_movie(movie, 20);
  const auto source = opened({{"pace", "realtime"}, {"decode", "all"}});
  clock.advance_seconds(3);  // Time between open and the first read is nobody's.
  for (int i = 0; i < 20; ++i) {
    const auto frame = source->read({});
    ASSERT_TRUE(frame && *frame);
    EXPECT_NEAR((*frame)->capture_time, kOpened + 3 + 0.1 * i, 0.001);
    EXPECT_NEAR(clock.wall_seconds(), kOpened + 3 + 0.1 * i, 0.001);
  }
  EXPECT_TRUE(source->live());
}

TEST_F(FileSource, AReaderThatWasLateGetsOldFramesAtOnceUntilItHasCaughtUp) {
  write_movie(movie, 30);
  const auto source = opened({{"pace", "realtime"}, {"decode", "all"}});
  ASSERT_TRUE(source->read({}));
  clock.advance_seconds(1.05);
  const double now = clock.wall_seconds();
  for (int i = 1; i <= 10; ++i) {
    const auto frame = source->read({});
    ASSERT_TRUE(frame && *frame);
    EXPECT_NEAR((*frame)->capture_time, kOpened + 0.1 * i, 0.001);  // As old as they are.
    EXPECT_DOUBLE_EQ(clock.wall_seconds(), now);                    // Nobody waits for a frame that is late.
  }
  ASSERT_TRUE(source->read({}));
  EXPECT_NEAR(clock.wall_seconds(), kOpened + 1.1, 0.001);
}

TEST_F(FileSource, AStopEndsTheWaitForAFrame) {
  write_movie(movie, 20);
  FakeClock still(kOpened, FakeClock::Waiting::blocks);
  const auto source =
      make_source(file_source_kind(), {{"path", movie}, {"pace", "realtime"}}, {"camera", 5, &still});
  ASSERT_TRUE(source->open({}));
  ASSERT_TRUE(source->read({}));
  Result<std::optional<Frame>> frame;
  {
    std::jthread reader([&](std::stop_token stop) { frame = source->read(stop); });
    still.await_waiters();
    reader.request_stop();
  }
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::cancelled);
}

TEST_F(FileSource, AStopThatCameBeforeEndsOpenAndRead) {
  write_movie(movie, 20);
  std::stop_source stop;
  const auto source = opened({{"pace", "max"}, {"loop", "true"}});
  stop.request_stop();
  const auto frame = source->read(stop.get_token());
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::cancelled);
  const auto again = source->open(stop.get_token());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::cancelled);
}

TEST_F(FileSource, OpenAfterAnErrorBeginsAnew) {
  write_movie(movie, 5);
  const auto source = opened({{"pace", "max"}});
  std::stop_source stop;
  stop.request_stop();
  ASSERT_FALSE(source->read(stop.get_token()));
  const auto closed = source->read({});
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().kind, ErrorKind::invalid);
  ASSERT_TRUE(source->open({}));
  EXPECT_EQ(numbers(read_all(*source)), every(1, 5));
}

TEST_F(FileSource, SaysWhereItReadsFrom) {
  write_movie(movie, 5);
  EXPECT_EQ(opened({})->describe(), "file '" + movie.string() + "'");
}

}  // namespace
}  // namespace kinesight::video::test

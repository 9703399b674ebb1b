// The file source: which frames come, when they were captured, and how fast they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/fake_clock.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

using support::FakeClock;
using testing::ElementsAreArray;
using testing::HasSubstr;

class FileSource : public testing::Test {
 protected:
  std::unique_ptr<FrameSource> source(OptionTexts texts, double fps_target = 5) {
    texts.try_emplace("path", movie.string());
    return make_source(file_source_kind(), texts, {"camera", fps_target, &clock});
  }

  /// The source, opened.
  std::unique_ptr<FrameSource> opened(OptionTexts texts, double fps_target = 5) {
    auto made = source(std::move(texts), fps_target);
    const auto result = made->open({});
    EXPECT_TRUE(result) << result.error().message;
    return made;
  }

  TemporaryFolder folder;
  const std::filesystem::path movie = folder / "movie.mp4";
  FakeClock clock{1'700'000'000.0};
};

TEST_F(FileSource, AtMaxPaceEveryFrameComesOnceDatedAsARecordingThatEndedAtOpen) {
  write_movie(movie, 35);
  const auto file = opened({{"pace", "max"}, {"decode", "all"}});
  const auto frames = read_all(*file);
  ASSERT_THAT(numbers(frames), ElementsAreArray(every(1, 35)));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_NEAR(frames[i].capture_time, 1'700'000'000.0 - 3.5 + 0.1 * i, 0.001);
    EXPECT_EQ(frames[i].sequence, static_cast<std::int64_t>(i));
  }
  EXPECT_FALSE(file->live());
  EXPECT_EQ(file->counters().packets, 35u);
  EXPECT_EQ(file->counters().decoded, 35u);
  EXPECT_EQ(file->counters().skipped, 0u);
}

TEST_F(FileSource, TheEndStaysTheEnd) {
  write_movie(movie, 3);
  const auto file = opened({{"pace", "max"}});
  read_all(*file);
  for (int i = 0; i < 3; ++i) {
    const auto frame = file->read({});
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_FALSE(*frame);
  }
}

}  // namespace
}  // namespace kinesight::video::test

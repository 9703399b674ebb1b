// A real recording, where it is to be had.
#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

TEST(RealVideo, HasTheFramesAndTimesThatOtherReadersFind) {
  const auto path =
      std::filesystem::path(KINESIGHT_SOURCE_DIR) / "../shared/data/videos/one-by-one-person-detection.mp4";
  if (!exists(path)) GTEST_SKIP() << "absent: " << path.lexically_normal();
  support::FakeClock clock;
  const auto source = make_source(file_source_kind(), {{"path", path}, {"pace", "max"}, {"decode", "all"}},
                                  {"camera", 5, &clock});
  const auto opened = source->open({});
  ASSERT_TRUE(opened) << opened.error().message;
  const auto frames = read_all(*source);
  // OpenCV 4's VideoCapture: 1394 frames, 10 a second, 768x432.
  ASSERT_EQ(frames.size(), 1394u);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    ASSERT_NEAR(frames[i].capture_time - frames[0].capture_time, 0.1 * i, 0.001);
  }
  EXPECT_EQ(source->counters().corrupt, 0u);
}

}  // namespace
}  // namespace kinesight::video::test

#include "infer/freeze_watch.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/rng.h"

namespace kinesight::infer {
namespace {

/// A 160 x 120 picture (I420's luma is all that counts) that this test can change.
struct Picture {
  std::vector<std::uint8_t> luma = std::vector<std::uint8_t>(160 * 120, 128);
  Frame at(double capture_time) const {
    Frame frame;
    frame.view = {.format = PixelFormat::i420, .width = 160, .height = 120, .planes = {}};
    frame.view.planes[0] = {luma.data(), 160};
    frame.capture_time = capture_time;
    return frame;
  }
};

TEST(FreezeWatch, CountsTheSecondsOfTheSamePicture) {
  FreezeWatch watch;
  const Picture picture;
  for (int i = 0; i < 3000; ++i) watch.look(picture.at(100 + i * 0.1));
  EXPECT_NEAR(watch.look(picture.at(400)), 300, 1);
}

TEST(FreezeWatch, ASensorsNoiseIsLife) {
  FreezeWatch watch;
  Picture picture;
  Rng rng(7);
  for (int second = 0; second < 600; ++second) {
    for (auto& sample : picture.luma) sample = static_cast<std::uint8_t>(127 + rng.uniform(0, 3));
    EXPECT_EQ(watch.look(picture.at(second)), 0);
  }
}

TEST(FreezeWatch, BeginsAnewWhenThePictureChangesOrTimeJumps) {
  FreezeWatch watch;
  Picture picture;
  watch.look(picture.at(0));
  EXPECT_EQ(watch.look(picture.at(50)), 50);
  picture.luma.assign(picture.luma.size(), 90);
  EXPECT_EQ(watch.look(picture.at(51)), 0);
  EXPECT_EQ(watch.look(picture.at(61)), 10);
  EXPECT_EQ(watch.look(picture.at(20)), 0);
  EXPECT_EQ(watch.look(picture.at(40)), 20);
  EXPECT_EQ(watch.look(picture.at(140)), 0) << "a minute without a picture proves nothing";
}

}  // namespace
}  // namespace kinesight::infer

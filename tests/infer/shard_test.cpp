#include "infer/shard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace kinesight::infer {
namespace {

constexpr int kCameras = 10'000;

std::string id(int camera) { return "camera-" + std::to_string(camera); }

TEST(Shard, IsReadFromTextAndFromThePodsName) {
  EXPECT_EQ(Shard::parse("0/1", "").value(), (Shard{0, 1}));
  EXPECT_EQ(Shard::parse("2/3", "elsewhere").value(), (Shard{2, 3}));
  EXPECT_EQ(Shard::parse("auto/5", "kvs-infer-3").value(), (Shard{3, 5}));
  for (const auto* wrong : {"", "1", "3/3", "-1/3", "1/0", "a/3", "1/3x", " 1/3", "1/10001", "auto/3"}) {
    const auto shard = Shard::parse(wrong, "kvs-infer");
    ASSERT_FALSE(shard) << wrong;
    EXPECT_NE(shard.error().message.find(std::string("'") + wrong + "'"), std::string::npos);
  }
  EXPECT_FALSE(Shard::parse("auto/3", "kvs-infer-3")) << "its index is beyond the count";
}

// A camera that moved would be watched by two pods, or by none, while a new version is rolled out.
TEST(Shard, IsTheSameInEveryVersion) {
  EXPECT_EQ(shard_of("front-door", 1), 0);
  EXPECT_EQ(shard_of("front-door", 3), 2);
  EXPECT_EQ(shard_of("front-door", 10), 8);
  EXPECT_EQ(shard_of("camera_1", 3), 1);
  EXPECT_EQ(shard_of("camera_2", 3), 2);
  EXPECT_EQ(shard_of("camera_2", 10), 2);
}

TEST(Shard, SharesCoverAllNeverOverlapAndAreAboutEqual) {
  for (const int count : {1, 2, 3, 7, 16}) {
    std::vector<int> sizes(static_cast<std::size_t>(count));
    for (int camera = 0; camera < kCameras; ++camera) {
      int owners = 0;
      for (int index = 0; index < count; ++index) owners += Shard{index, count}.has(id(camera));
      ASSERT_EQ(owners, 1);
      ++sizes[static_cast<std::size_t>(shard_of(id(camera), count))];
    }
    // Binomial: five standard deviations.
    const double share = 1.0 / count;
    const double tolerance = 5 * std::sqrt(kCameras * share * (1 - share));
    for (const int size : sizes) EXPECT_NEAR(size, kCameras * share, tolerance + 1e-9);
  }
}

TEST(Shard, WithAFurtherShareItsOwnCamerasMoveAndNoOthers) {
  for (const int count : {1, 2, 3, 7, 16}) {
    int moved = 0;
    for (int camera = 0; camera < kCameras; ++camera) {
      const int before = shard_of(id(camera), count);
      const int now = shard_of(id(camera), count + 1);
      if (before == now) continue;
      ++moved;
      ASSERT_EQ(now, count) << "no camera moves between shares that there were before";
    }
    const double share = 1.0 / (count + 1);
    EXPECT_NEAR(moved, kCameras * share, 5 * std::sqrt(kCameras * share * (1 - share)));
  }
}

TEST(Shard, TakesItsCamerasOutOfAFile) {
  config::CamerasFile file;
  for (int camera = 0; camera < 100; ++camera) file.cameras.emplace_back().id = id(camera);
  const Shard one{1, 3};
  const auto share = one.share_of(file);
  EXPECT_GT(share.cameras.size(), 10U);
  for (const auto& camera : share.cameras) EXPECT_EQ(shard_of(camera.id, 3), 1);
}

}  // namespace
}  // namespace kinesight::infer

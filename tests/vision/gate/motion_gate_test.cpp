// What the motion gate lets through, and what not.
#include "vision/gate/motion_gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "support/replay.h"

namespace kinesight::vision {
namespace {

/// Where a box stands, how large it is, and how much brighter than what is behind it.
struct Thing {
  int x = 0, y = 0, width = 0, height = 0;
  int contrast = 0;
};

/// A camera before a textured backdrop.
class Camera {
 public:
  explicit Camera(int width = 1920, int height = 1080, std::uint64_t seed = 1)
      : width_(width), height_(height), random_(seed), backdrop_(static_cast<std::size_t>(width) * height) {
    std::uniform_int_distribution<int> level(40, 200);
    std::vector<int> tiles(256);
    for (auto& tile : tiles) tile = level(random_);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x)
        backdrop_[at(x, y)] = tiles[(x * 8 / width + y * 8 / height * 8 + (x / 5 + y / 3) % 2) % 256];
    }
    std::normal_distribution<float> normal(0, 1);
    for (int i = 0; i < 100'003; ++i) noise_.push_back(normal(random_));
  }

  /// A frame of the scene as it is now.
  Frame frame() {
    std::vector<float> levels(backdrop_.begin(), backdrop_.end());
    for (int y = thing.y; y < thing.y + thing.height; ++y) {
      for (int x = thing.x; x < thing.x + thing.width; ++x)
        levels[at(x, y)] += static_cast<float>(thing.contrast);
    }
    const auto pixels =
        std::make_shared<std::vector<std::uint8_t>>(bgr ? levels.size() * 3 : levels.size() * 3 / 2, 128);
    std::size_t place = random_() % noise_.size();
    const auto put = [&](std::size_t i, std::uint8_t value) {
      if (!bgr) (*pixels)[i] = value;
      for (std::size_t channel = 0; bgr && channel < 3; ++channel) (*pixels)[3 * i + channel] = value;
    };
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const float value = levels[i] * gain + offset + noise * noise_[place];
      place = place + 1 == noise_.size() ? 0 : place + 1;
      put(i, static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)));
    }
    Frame frame;
    frame.view = {.format = bgr ? PixelFormat::bgr24 : PixelFormat::i420,
                  .width = width_,
                  .height = height_,
                  .planes = {}};
    frame.view.planes[0] = {pixels->data(), bgr ? width_ * 3 : width_};
    frame.capture_time = time += 0.2;
    frame.pixels = pixels;
    return frame;
  }

  Thing thing;
  float gain = 1, offset = 0, noise = 0;
  bool bgr = false;
  double time = 1'700'000'000;

 private:
  std::size_t at(int x, int y) const { return static_cast<std::size_t>(y) * width_ + x; }

  int width_, height_;
  std::mt19937_64 random_;
  std::vector<int> backdrop_;
  std::vector<float> noise_;
};

/// A gate that no time opens.
MotionGate patient_gate(double threshold = 4) {
  return MotionGate({.threshold = threshold, .max_still_seconds = 1e9});
}

int opened(MotionGate& gate, Camera& camera, int frames) {
  int count = 0;
  for (int i = 0; i < frames; ++i) count += gate.open(camera.frame());
  return count;
}

TEST(MotionGate, LetsTheFirstFrameThroughAndNoneOfAStillScene) {
  Camera camera(640, 360);
  auto gate = patient_gate();
  EXPECT_TRUE(gate.open(camera.frame()));
  EXPECT_EQ(opened(gate, camera, 20), 0);
  gate.reset();
  EXPECT_TRUE(gate.open(camera.frame()));
}

TEST(MotionGate, IsNotOpenedByTheNoiseOfASensor) {
  const auto seed = support::replay_seed();
  for (const int width : {160, 640, 1920}) {
    for (const float noise : {2.0F, 5.0F, 12.0F}) {
      SCOPED_TRACE(testing::Message() << width << " across, noise " << noise);
      Camera camera(width, width * 9 / 16, seed);
      camera.noise = noise;
      auto gate = patient_gate();
      gate.open(camera.frame());
      EXPECT_EQ(opened(gate, camera, 12), 0);
    }
  }
}

TEST(MotionGate, SeesThingsInNoise) {
  Camera camera(1280, 720, support::replay_seed());
  camera.noise = 12;
  auto gate = patient_gate();
  gate.open(camera.frame());
  camera.thing = {.x = 600, .y = 300, .width = 40, .height = 80, .contrast = 50};
  EXPECT_TRUE(gate.open(camera.frame()));
}

TEST(MotionGate, SeesSmallThingsWhereverTheyStand) {
  Camera camera;
  camera.noise = 2;
  int missed = 0;
  for (int i = 0; i < 24; ++i) {
    auto gate = patient_gate();
    camera.thing = {};
    gate.open(camera.frame());
    camera.thing = {
        .x = 400 + i * 5, .y = 300 + i * 7, .width = 16, .height = 32, .contrast = i % 2 ? 45 : -45};
    missed += !gate.open(camera.frame());
  }
  EXPECT_EQ(missed, 0);
}

TEST(MotionGate, OnlyWhatIsAboveTheThresholdCounts) {
  Camera camera(640, 360);
  auto keen = patient_gate(4);
  auto dull = patient_gate(40);
  keen.open(camera.frame());
  dull.open(camera.frame());
  camera.thing = {.x = 100, .y = 100, .width = 60, .height = 60, .contrast = 20};
  EXPECT_TRUE(keen.open(camera.frame()));
  EXPECT_FALSE(dull.open(camera.frame()));
}

TEST(MotionGate, AddsUpWhatCreeps) {
  Camera camera(640, 360);
  camera.noise = 2;
  camera.thing = {.x = 100, .y = 100, .width = 40, .height = 60, .contrast = 30};
  auto gate = patient_gate();
  gate.open(camera.frame());
  int through = 0;
  for (int i = 1; i <= 60; ++i) {  // A pixel every third frame: 20 pixels.
    camera.thing.x = 100 + i / 3;
    through += gate.open(camera.frame());
  }
  EXPECT_GE(through, 3);
  EXPECT_LE(through, 20);
}

TEST(MotionGate, TakesAChangeOfExposureForNoMotion) {
  Camera camera(640, 360);
  camera.noise = 2;
  auto gate = patient_gate();
  gate.open(camera.frame());
  int through = 0;
  for (int i = 0; i < 20; ++i) {
    camera.gain -= 0.015F;
    camera.offset += 1.2F;
    through += gate.open(camera.frame());
  }
  EXPECT_EQ(through, 0);
  camera.thing = {.x = 100, .y = 100, .width = 40, .height = 60, .contrast = 40};
  EXPECT_TRUE(gate.open(camera.frame())) << "what moves meanwhile is seen";
}

TEST(MotionGate, LetsOneFrameThroughWhenTheLightChangesALot) {
  Camera camera(640, 360);
  auto gate = patient_gate();
  gate.open(camera.frame());
  camera.offset = -35;
  EXPECT_EQ(opened(gate, camera, 10), 1);
  camera.offset = 0;
  EXPECT_EQ(opened(gate, camera, 10), 1);
}

TEST(MotionGate, SeesThatTheCameraMoves) {
  Camera camera(640, 360);
  auto gate = patient_gate();
  gate.open(camera.frame());
  Camera elsewhere(640, 360, 2);
  EXPECT_TRUE(gate.open(elsewhere.frame()));
}

TEST(MotionGate, LetsAFrameOfAnotherSizeThrough) {
  Camera large(1920, 1080), small(1280, 720);  // Cells look the same in either.
  auto gate = patient_gate();
  gate.open(large.frame());
  EXPECT_TRUE(gate.open(small.frame()));
  EXPECT_FALSE(gate.open(small.frame()));
  EXPECT_TRUE(gate.open(large.frame()));
}

TEST(MotionGate, LetsAFrameThroughAfterMaxStillSeconds) {
  Camera camera(320, 180);
  MotionGate gate({.max_still_seconds = 2});
  gate.open(camera.frame());
  EXPECT_EQ(opened(gate, camera, 9), 0);
  EXPECT_EQ(opened(gate, camera, 2), 1);
  EXPECT_EQ(opened(gate, camera, 8), 0) << "counted from the one that was let through";
  camera.time -= 1000;  // The clock was set back.
  EXPECT_TRUE(gate.open(camera.frame()));
}

TEST(MotionGate, LooksAtBgrAsWell) {
  Camera camera(640, 360);
  camera.bgr = true;
  camera.noise = 3;
  auto gate = patient_gate();
  gate.open(camera.frame());
  EXPECT_EQ(opened(gate, camera, 5), 0);
  camera.thing = {.x = 100, .y = 100, .width = 30, .height = 40, .contrast = 40};
  EXPECT_TRUE(gate.open(camera.frame()));
}

TEST(MotionGate, TakesPicturesOfAnySize) {
  for (const auto& [width, height] : {std::pair{2, 2}, {16, 2}, {2, 64}, {40, 1080}, {4096, 16}}) {
    Camera camera(width, height);
    auto gate = patient_gate();
    EXPECT_TRUE(gate.open(camera.frame()));
    EXPECT_FALSE(gate.open(camera.frame()));
  }
}

}  // namespace
}  // namespace kinesight::vision

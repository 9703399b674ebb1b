#include "videos.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "sim/scene.h"
#include "video/mp4_writer.h"

namespace kinesight::bench {
namespace {

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;
constexpr int kFps = 30;
constexpr double kNoise = 1.5;  // Standard deviation, levels: a camera by day.
constexpr double kLarge = 100;  // Pixels.

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  std::exit(1);
}

/// Noise of a sensor, other in each frame.
class Noise {
 public:
  Noise() {
    std::normal_distribution<double> normal(0, kNoise);
    for (int i = 0; i < 1'000'003; ++i) table_.push_back(static_cast<int>(std::lround(normal(random_))));
  }

  void add_to(std::vector<std::uint8_t>& samples) {
    std::size_t place = random_() % table_.size();
    for (auto& sample : samples) {
      sample = static_cast<std::uint8_t>(std::clamp(sample + table_[place], 0, 255));
      place = place + 1 == table_.size() ? 0 : place + 1;
    }
  }

 private:
  std::mt19937_64 random_{1};
  std::vector<int> table_;
};

/// A video being written, each of whose pictures gets its own noise.
class Video {
 public:
  explicit Video(const std::string& path)
      : writer_(must(video::Mp4Writer::create(
            path, {.width = kWidth, .height = kHeight, .fps = kFps, .keyframe_interval = 2 * kFps}))) {}

  void add(const sim::Picture& picture) {
    std::vector<std::uint8_t> bgr(picture.bgr.data, picture.bgr.data + picture.bgr.total() * 3);
    noise_.add_to(bgr);
    check(writer_->write({.format = PixelFormat::bgr24,
                          .width = kWidth,
                          .height = kHeight,
                          .planes = {Plane{bgr.data(), kWidth * 3}}}));
  }
  void finish() { check(writer_->finish()); }

 private:
  static void check(const Result<>& result) {
    if (result) return;
    std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
    std::exit(1);
  }

  std::unique_ptr<video::Mp4Writer> writer_;
  Noise noise_;
};

sim::Scene scene(sim::SceneKind kind, std::uint64_t seed) {
  return must(sim::Scene::create(
      {.kind = kind, .seed = seed, .width = kWidth, .height = kHeight, .fps = static_cast<double>(kFps)}));
}

/// Whether a detector can be expected to see a weapon in it.
bool armed(const sim::Picture& picture) {
  return std::ranges::any_of(picture.boxes, [](const sim::TruthBox& box) {
    return (box.label == "knife" || box.label == "gun") && std::max(box.w, box.h) > kLarge;
  });
}

}  // namespace

void write_mostly_still(const std::string& path, int seconds) {
  const auto park = scene(sim::SceneKind::parking, 1);
  Video video(path);
  const int frames = seconds * kFps;
  const int begin = frames / 2;
  const int end = begin + frames / 10;
  sim::Picture shown = park.render(0);
  for (int i = 0; i < frames; ++i) {
    if (i > begin && i < end) shown = park.render(i - begin);
    video.add(shown);
  }
  video.finish();
}

void write_slides(const std::string& path, int seconds) {
  Video video(path);
  std::uint64_t seed = 1;
  for (int second = 0; second < seconds; ++second) {
    sim::Picture shown;
    do {
      shown = scene(sim::SceneKind::random, seed++).render(0);
    } while (!armed(shown));
    for (int i = 0; i < kFps; ++i) video.add(shown);
  }
  video.finish();
}

}  // namespace kinesight::bench

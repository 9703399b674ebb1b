#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "sim/backdrops/backdrop.h"
#include "sim/noise.h"
#include "sim/stage.h"

namespace kinesight::sim {

cv::Mat gradient(cv::Size size, const Colour& top, const Colour& bottom) {
  cv::Mat picture(size, CV_8UC3);
  for (int y = 0; y < size.height; ++y) picture.row(y).setTo(mix(top, bottom, (y + 0.5) / size.height));
  return picture;
}

void weather(cv::Mat& picture, std::uint64_t seed, double strength, double blot) {
  // The field is smooth: a quarter of the resolution is enough.
  const cv::Size coarse(std::max(1, picture.cols / 4), std::max(1, picture.rows / 4));
  cv::Mat field(coarse, CV_32FC1);
  for (int y = 0; y < coarse.height; ++y) {
    for (int x = 0; x < coarse.width; ++x) {
      const double value = fractal_noise(seed, x * 4 / blot, y * 4 / blot, 0.5, 4);
      field.at<float>(y, x) = static_cast<float>(1 + strength * (value - 0.5) * 2);
    }
  }
  cv::resize(field, field, picture.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < picture.rows; ++y) {
    auto* pixel = picture.ptr<cv::Vec3b>(y);
    const auto* gain = field.ptr<float>(y);
    for (int x = 0; x < picture.cols; ++x) {
      for (int c = 0; c < 3; ++c) pixel[x][c] = cv::saturate_cast<std::uint8_t>(static_cast<float>(pixel[x][c]) * gain[x]);
    }
  }
}

cv::Mat abstract_backdrop(cv::Size size, Rng& rng) {
  const auto any = [&] { return rgb(rng.uniform(15, 240), rng.uniform(15, 240), rng.uniform(15, 240)); };
  Canvas canvas(gradient(size, any(), any()));
  const Pose frame = frame_pose(size);
  const double half = 0.5 * size.width / size.height;
  for (int k = rng.integer(0, 8); k > 0; --k) {
    const Pose place = frame.part({rng.uniform(-half, half), rng.uniform(0, 1)}, rng.uniform(0.05, 0.5), rng.uniform(-1.5, 1.5));
    const double flat = rng.uniform(0.05, 1);
    switch (rng.integer(0, 2)) {
      case 0: canvas.ellipse(place, {}, {0.5, 0.5 * flat}, any()); break;
      case 1: canvas.fill(place, {{-0.5, -0.5 * flat}, {0.5, -0.5 * flat}, {0.5, 0.5 * flat}, {-0.5, 0.5 * flat}}, any()); break;
      default: canvas.stroke(place, {{-0.5, 0}, {rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3)}, {0.5, 0}}, rng.uniform(0.02, 0.2), any());
    }
  }
  weather(canvas.picture(), static_cast<std::uint64_t>(rng.integer(1, 1 << 30)), rng.uniform(0, 0.5), rng.uniform(0.02, 0.4) * size.height);
  return canvas.picture();
}

}  // namespace kinesight::sim

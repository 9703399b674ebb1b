#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "sim/backdrops/backdrop.h"
#include "sim/noise.h"
#include "sim/stage.h"

namespace kinesight::sim {
namespace {

Colour any_colour(Rng& rng) { return sample_rgb(rng, {15, 240}, {15, 240}, {15, 240}); }

void draw_any_shape(Canvas& canvas, const Pose& frame, double half, Rng& rng) {
  const Point at{rng.uniform(-half, half), rng.uniform(0, 1)};
  const double size = rng.uniform(0.05, 0.5);
  const Pose pose = frame.part(at, size, rng.uniform(-1.5, 1.5));
  const double flat = rng.uniform(0.025, 0.5);
  const Colour colour = any_colour(rng);
  switch (rng.integer(0, 2)) {
    case 0:
      canvas.ellipse(pose, {}, {0.5, flat}, colour);
      break;
    case 1:
      canvas.fill(pose, {{-0.5, -flat}, {0.5, -flat}, {0.5, flat}, {-0.5, flat}}, colour);
      break;
    default:
      canvas.stroke(pose, {{-0.5, 0}, {0.5 - flat, flat - 0.2}, {0.5, 0}}, rng.uniform(0.02, 0.2), colour);
  }
}

}  // namespace

Colour sample_tint(Rng& rng, double red, Range green, Range blue) {
  return sample_rgb(rng, {red, red}, {red * green.least, red * green.most},
                    {red * blue.least, red * blue.most});
}

void weather_at_random(cv::Mat& picture, Rng& rng, Range strength, Range blot) {
  const auto seed = static_cast<std::uint64_t>(rng.integer(1, 1 << 30));
  const double by = rng.uniform(strength.least, strength.most);
  weather(picture, seed, by, rng.uniform(blot.least, blot.most) * picture.rows);
}

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
      for (int c = 0; c < 3; ++c)
        pixel[x][c] = cv::saturate_cast<std::uint8_t>(static_cast<float>(pixel[x][c]) * gain[x]);
    }
  }
}

cv::Mat abstract_backdrop(cv::Size size, Rng& rng) {
  const Colour top = any_colour(rng);
  Canvas canvas(gradient(size, top, any_colour(rng)));
  const Pose frame = frame_pose(size);
  const double half = 0.5 * size.width / size.height;
  for (int k = rng.integer(0, 8); k > 0; --k) draw_any_shape(canvas, frame, half, rng);
  weather_at_random(canvas.picture(), rng, {0, 0.5}, {0.02, 0.4});
  return canvas.picture();
}

}  // namespace kinesight::sim

#include "sim/look.h"

#include <opencv2/imgproc.hpp>

#include "sim/noise.h"

namespace kinesight::sim {

Look Look::sample(Rng& rng) {
  const bool night = rng.chance(0.25);
  const double gain = night ? rng.uniform(0.45, 0.75) : rng.uniform(0.8, 1.15);
  const double warmth = rng.uniform(-0.08, 0.08);
  return {.seed = static_cast<std::uint64_t>(rng.integer(1, 1 << 30)),
          .exposure = Sway::sample(rng, gain, 0.08),
          .cast = {1 - warmth + (night ? 0.1 : 0), 1, 1 + warmth},
          .blur = rng.chance(0.4) ? rng.uniform(0.4, 2.2) : 0,
          .noise = rng.uniform(0.5, night ? 12 : 7)};
}

void Look::apply(cv::Mat& picture, std::int64_t index, double seconds) const {
  const double sigma = blur * picture.rows / 720;
  if (sigma > 0.2) cv::GaussianBlur(picture, picture, {}, sigma);
  cv::multiply(picture, cast * exposure.at(seconds), picture);
  if (noise <= 0) return;
  // One tile of noise per frame, laid at a place that depends on the frame, is enough for the eye and quick.
  constexpr int kTile = 256;
  cv::RNG random(hash(seed, static_cast<std::uint64_t>(index)));
  cv::Mat tile(kTile, kTile, CV_16SC3);
  random.fill(tile, cv::RNG::NORMAL, 0, noise);
  for (int y = 0; y < picture.rows; y += kTile) {
    for (int x = 0; x < picture.cols; x += kTile) {
      cv::Mat part = picture(cv::Rect(x, y, kTile, kTile) & cv::Rect({0, 0}, picture.size()));
      const cv::Rect shifted(random.uniform(0, kTile - part.cols + 1),
                             random.uniform(0, kTile - part.rows + 1), part.cols, part.rows);
      cv::add(part, tile(shifted), part, cv::noArray(), CV_8U);
    }
  }
}

}  // namespace kinesight::sim

// Resizes a picture row by row, from rows that somebody makes when they are asked for.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace kinesight::vision {

/// For each sample of a row or column: the first of the two pixels that it lies between, and their weights in
/// 1/2048.
struct LinearTap {
  int first = 0;
  std::array<std::int16_t, 2> weights{};
};

/// Bilinear sampling of 8-bit pixels, bit for bit as cv::resize(INTER_LINEAR) does it: 11-bit weights,
/// columns before rows. Models are trained on pictures that were made so.
///
/// It asks for no row that no sample needs, and keeps the two rows that it works on: of a 1080p frame for a
/// model of 416 x 416, less than half is ever converted from YUV, and there is never a picture of the frame's
/// size. One thread at a time.
class LinearSampler {
 public:
  /// Where a row goes that fetch() makes: B, G, R and an unused byte a pixel.
  using Fetch = std::function<void(int row, std::uint8_t* bgrx)>;
  /// Rows of numbers that one row of samples goes into.
  struct Target {
    float *blue, *green, *red;
  };

  /// Begins a picture of from_width x from_height that becomes to_width x to_height. Cheap when the sizes are
  /// those of the picture before.
  void begin(int from_width, int from_height, int to_width, int to_height);

  /// Writes row `y` of the result, to_width numbers a colour, each a level (0 to 255) times `scale`. Rows of
  /// the picture are fetched once each when `y` goes up.
  void sample(int y, const Fetch& fetch, float scale, Target target);

 private:
  const std::int32_t* columns_of(int row, const Fetch& fetch);

  int from_width_ = 0, from_height_ = 0;
  std::vector<LinearTap> across_, down_;
  std::vector<std::uint8_t> bgrx_;  ///< The row that was fetched last.
  /// A row whose columns have been sampled: four numbers a sample (B, G, R, nothing), in 1/2048.
  struct Row {
    int number = -1;
    std::vector<std::int32_t> samples;
  };
  std::array<Row, 2>
      rows_;  ///< The row of an even number, and that of an odd one: neighbours never share a place.
};

}  // namespace kinesight::vision

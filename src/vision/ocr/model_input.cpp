#include "vision/ocr/model_input.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace kinesight::vision::ocr {

void fill_input(const cv::Mat& bgr, const InputSize& room, std::span<float> input) {
  std::ranges::fill(input, 0.0F);
  const auto stride = static_cast<std::size_t>(room.width);
  const auto plane = stride * static_cast<std::size_t>(room.height);
  const auto columns = static_cast<std::size_t>(bgr.cols);
  for (int y = 0; y < bgr.rows; ++y) {
    const std::uint8_t* pixel = bgr.ptr(y);
    float* row = input.data() + static_cast<std::size_t>(y) * stride;
    for (std::size_t x = 0; x < columns; ++x, pixel += 3) {
      for (std::size_t channel = 0; channel < 3; ++channel)
        row[channel * plane + x] = static_cast<float>(pixel[channel]) / 127.5F - 1.0F;
    }
  }
}

Result<> expect_picture(const cv::Mat& bgr) {
  if (!bgr.empty() && bgr.type() == CV_8UC3) return {};
  return fail(ErrorKind::invalid, "expected a picture of 8 bits and three channels, found {} x {}, type {}",
              bgr.cols, bgr.rows, bgr.type());
}

}  // namespace kinesight::vision::ocr

#include "vision/picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace kinesight::vision {
namespace {

/// A planar picture whose three planes have the same size.
using Planes = std::array<cv::Mat, 3>;

cv::Size size_within(const FrameView& view, int max_width) {
  if (max_width <= 0 || view.width <= max_width) return {view.width, view.height};
  return {max_width,
          std::max(1, static_cast<int>(std::lround(double(view.height) * max_width / view.width)))};
}

/// Every plane at `size`: averaged where it shrinks; where chroma grows, each sample fills the pixels it
/// stands for.
Planes planes_at(const FrameView& view, cv::Size size) {
  Planes planes;
  for (std::size_t i = 0; i < 3; ++i) {
    const int width = i == 0 ? view.width : (view.width + 1) / 2;
    const int height = i == 0 ? view.height : (view.height + 1) / 2;
    const cv::Mat plane = plane_as_mat(view.planes[i], width, height);
    if (plane.size() == size) {
      planes[i] = plane;
    } else if (width < size.width) {
      cv::resize(plane, planes[i], size, 0, 0,
                 size.width >= 2 * width - 1 ? cv::INTER_NEAREST : cv::INTER_LINEAR);
    } else {
      cv::resize(plane, planes[i], size, 0, 0, cv::INTER_AREA);
    }
  }
  return planes;
}

std::uint8_t to_byte(float value) { return static_cast<std::uint8_t>(value + 0.5F); }

cv::Mat interleave(const Planes& planes, const YuvToRgb& way) {
  const int width = planes[0].cols, height = planes[0].rows;
  cv::Mat bgr(height, width, CV_8UC3);
  std::vector<float> rgb(static_cast<std::size_t>(width) * 3);
  float *red = rgb.data(), *green = red + width, *blue = green + width;
  for (int row = 0; row < height; ++row) {
    yuv_to_rgb(way, planes[0].ptr(row), planes[1].ptr(row), planes[2].ptr(row), width, 1, red, green, blue);
    auto* out = bgr.ptr(row);
    for (int x = 0; x < width; ++x, out += 3) {
      out[0] = to_byte(blue[x]);
      out[1] = to_byte(green[x]);
      out[2] = to_byte(red[x]);
    }
  }
  return bgr;
}

}  // namespace

YuvToRgb YuvToRgb::of(ColorMatrix matrix, ColorRange range) {
  const double kr = matrix == ColorMatrix::bt709 ? 0.2126 : 0.299;
  const double kb = matrix == ColorMatrix::bt709 ? 0.0722 : 0.114;
  const double kg = 1 - kr - kb;
  const bool limited = range == ColorRange::limited;
  const double luma = limited ? 255.0 / 219 : 1;
  const double chroma = limited ? 255.0 / 224 : 1;
  return {.black = limited ? 16.0F : 0.0F,
          .luma = static_cast<float>(luma),
          .red_v = static_cast<float>(2 * (1 - kr) * chroma),
          .green_u = static_cast<float>(2 * (1 - kb) * kb / kg * chroma),
          .green_v = static_cast<float>(2 * (1 - kr) * kr / kg * chroma),
          .blue_u = static_cast<float>(2 * (1 - kb) * chroma)};
}

void yuv_to_rgb(const YuvToRgb& way, const std::uint8_t* y, const std::uint8_t* u, const std::uint8_t* v,
                int count, float scale, float* __restrict red, float* __restrict green,
                float* __restrict blue) {
  const YuvToRgb k = way;  // A copy of its own: the compiler cannot know that the outputs leave `way` alone.
  const auto limit = [](float value) { return std::min(std::max(value, 0.0F), 255.0F); };
  for (int i = 0; i < count; ++i) {
    const float light = k.luma * (static_cast<float>(y[i]) - k.black);
    const float du = static_cast<float>(u[i]) - 128.0F;
    const float dv = static_cast<float>(v[i]) - 128.0F;
    red[i] = limit(light + k.red_v * dv) * scale;
    green[i] = limit(light - k.green_u * du - k.green_v * dv) * scale;
    blue[i] = limit(light + k.blue_u * du) * scale;
  }
}

cv::Mat plane_as_mat(const Plane& plane, int width, int height, int channels) {
  // cv::Mat has no read-only form; whoever takes this only reads.
  return cv::Mat(height, width, CV_8UC(channels), const_cast<std::uint8_t*>(plane.data),
                 static_cast<std::size_t>(plane.stride));
}

cv::Mat to_bgr(const FrameView& view, int max_width) {
  const cv::Size size = size_within(view, max_width);
  if (view.format == PixelFormat::i420) {
    return interleave(planes_at(view, size), YuvToRgb::of(view.matrix, view.range));
  }
  const cv::Mat picture = plane_as_mat(view.planes[0], view.width, view.height, 3);
  if (picture.size() == size) return picture.clone();
  cv::Mat reduced;
  cv::resize(picture, reduced, size, 0, 0, cv::INTER_AREA);
  return reduced;
}

}  // namespace kinesight::vision

#include "vision/letterbox.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "vision/picture.h"

namespace kinesight::vision {
namespace {

/// The grey that YOLO models were trained to ignore.
constexpr float kPadding = 114;

/// The three planes of a model's input, by colour.
struct Canvas {
  float *red, *green, *blue;
  int width, height;

  Canvas(std::span<float> input, bool blue_first, int input_width, int input_height)
      : width(input_width), height(input_height) {
    const auto plane = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    assert(input.size() == 3 * plane);
    green = input.data() + plane;
    red = blue_first ? green + plane : input.data();
    blue = blue_first ? input.data() : green + plane;
  }

  std::ptrdiff_t at(int x, int y) const { return static_cast<std::ptrdiff_t>(y) * width + x; }
};

/// Fills what the picture leaves free in one plane.
void pad(float* plane, const Canvas& canvas, const Letterbox& place, float value) {
  const int right = place.left + place.width, bottom = place.top + place.height;
  std::fill(plane, plane + canvas.at(0, place.top), value);
  for (int y = place.top; y < bottom; ++y) {
    std::fill(plane + canvas.at(0, y), plane + canvas.at(place.left, y), value);
    std::fill(plane + canvas.at(right, y), plane + canvas.at(canvas.width, y), value);
  }
  std::fill(plane + canvas.at(0, bottom), plane + canvas.at(0, canvas.height), value);
}

/// What makes rows of a frame for the sampler.
LinearSampler::Fetch rows_of(const FrameView& frame) {
  if (frame.format == PixelFormat::bgr24) {
    return [&frame](int row, std::uint8_t* bgrx) {
      const auto* bgr = frame.planes[0].data + std::ptrdiff_t{row} * frame.planes[0].stride;
      for (int x = 0; x < frame.width; ++x) std::copy_n(bgr + 3 * x, 3, bgrx + 4 * x);
    };
  }
  return [&frame, way = YuvToRgb::of(frame.matrix, frame.range)](int row, std::uint8_t* bgrx) {
    const auto line = [&](std::size_t plane, int number) {
      return frame.planes[plane].data + std::ptrdiff_t{number} * frame.planes[plane].stride;
    };
    yuv_row_to_bgrx(way, line(0, row), line(1, row / 2), line(2, row / 2), frame.width, bgrx);
  };
}

}  // namespace

Letterbox Letterbox::fit(int frame_width, int frame_height, int input_width, int input_height,
                         Placement placement) {
  const double ratio = std::min(double(input_width) / frame_width, double(input_height) / frame_height);
  // The product before rounding is the same double as in the exporters' own Python, and so is the rounding:
  // half to even there, down here. A side that comes out a pixel longer or shorter than in training moves
  // every box.
  const auto side = [&](int length) {
    const double exact = length * ratio;
    return std::max(
        1, static_cast<int>(placement == Placement::centre ? std::nearbyint(exact) : std::floor(exact)));
  };
  Letterbox place;
  place.width = std::min(side(frame_width), input_width);
  place.height = std::min(side(frame_height), input_height);
  if (placement == Placement::centre) {
    place.left = (input_width - place.width) / 2;
    place.top = (input_height - place.height) / 2;
  }
  place.scale_x = double(place.width) / frame_width;
  place.scale_y = double(place.height) / frame_height;
  return place;
}

Box Letterbox::to_frame(const Box& in_input) const {
  return {static_cast<float>((in_input.x - left) / scale_x), static_cast<float>((in_input.y - top) / scale_y),
          static_cast<float>(in_input.w / scale_x), static_cast<float>(in_input.h / scale_y)};
}

Box Letterbox::to_input(const Box& in_frame) const {
  return {static_cast<float>(in_frame.x * scale_x + left), static_cast<float>(in_frame.y * scale_y + top),
          static_cast<float>(in_frame.w * scale_x), static_cast<float>(in_frame.h * scale_y)};
}

Letterbox Letterboxer::fill(const FrameView& frame, const InputConvention& convention, int input_width,
                            int input_height, std::span<float> input) {
  const auto place =
      Letterbox::fit(frame.width, frame.height, input_width, input_height, convention.placement);
  const Canvas canvas(input, convention.blue_first, input_width, input_height);
  for (float* plane : {canvas.red, canvas.green, canvas.blue})
    pad(plane, canvas, place, kPadding * convention.scale);

  const auto fetch = rows_of(frame);
  sampler_.begin(frame.width, frame.height, place.width, place.height);
  for (int y = 0; y < place.height; ++y) {
    const auto at = canvas.at(place.left, place.top + y);
    sampler_.sample(y, fetch, convention.scale, {canvas.blue + at, canvas.green + at, canvas.red + at});
  }
  return place;
}

}  // namespace kinesight::vision

// Pictures that tests make themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/frame.h"
#include "base/rng.h"

namespace kinesight::vision {

/// A picture in memory of exactly its size, so that the sanitizer sees a byte too far.
struct Picture {
  std::array<std::vector<std::uint8_t>, 3> planes;
  FrameView view;

  /// The picture as a frame that keeps it.
  static Frame frame(std::shared_ptr<Picture> picture) {
    Frame frame;
    frame.view = picture->view;
    frame.pixels = std::move(picture);
    return frame;
  }
};

/// An i420 picture; sample(plane, x, y) says what is in it.
inline std::shared_ptr<Picture> i420(int width, int height, const std::function<int(int, int, int)>& sample) {
  auto picture = std::make_shared<Picture>();
  picture->view = {.format = PixelFormat::i420, .width = width, .height = height, .planes = {}};
  for (int plane = 0; plane < 3; ++plane) {
    const int columns = plane == 0 ? width : (width + 1) / 2, rows = plane == 0 ? height : (height + 1) / 2;
    auto& bytes = picture->planes[static_cast<std::size_t>(plane)];
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) bytes.push_back(static_cast<std::uint8_t>(sample(plane, x, y)));
    }
    picture->view.planes[static_cast<std::size_t>(plane)] = {bytes.data(), columns};
  }
  return picture;
}

/// An i420 picture of one colour.
inline std::shared_ptr<Picture> plain(int width, int height, int y = 128, int u = 128, int v = 128) {
  return i420(width, height, [=](int plane, int, int) { return plane == 0 ? y : plane == 1 ? u : v; });
}

/// An i420 picture of noise.
inline std::shared_ptr<Picture> noise(int width, int height, Rng& rng) {
  return i420(width, height, [&](int, int, int) { return rng.integer(0, 255); });
}

/// A bgr24 picture of noise.
inline std::shared_ptr<Picture> bgr_noise(int width, int height, Rng& rng) {
  auto picture = std::make_shared<Picture>();
  picture->planes[0].resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  for (auto& byte : picture->planes[0]) byte = static_cast<std::uint8_t>(rng.integer(0, 255));
  picture->view = {.format = PixelFormat::bgr24, .width = width, .height = height, .planes = {}};
  picture->view.planes[0] = {picture->planes[0].data(), width * 3};
  return picture;
}

}  // namespace kinesight::vision

#include "vision/detector.h"

#include <algorithm>

namespace kinesight::vision {

namespace {

/// The area that two boxes share, in square pixels.
float shared_area(const Box& a, const Box& b) {
  const float width = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
  const float height = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

}  // namespace

float iou(const Box& a, const Box& b) {
  const float both = shared_area(a, b);
  return both > 0 ? both / (a.w * a.h + b.w * b.h - both) : 0;
}

float overlap_of_smaller(const Box& a, const Box& b) {
  const float both = shared_area(a, b);
  return both > 0 ? both / std::min(a.w * a.h, b.w * b.h) : 0;
}

}  // namespace kinesight::vision

#include "vision/detector.h"

#include <algorithm>

namespace kinesight::vision {

float iou(const Box& a, const Box& b) {
  const float width = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
  const float height = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  return both / (a.w * a.h + b.w * b.h - both);
}

}  // namespace kinesight::vision

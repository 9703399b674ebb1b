// What a YOLO head says before overlaps are sorted out.
#pragma once

#include "vision/detector.h"

namespace kinesight::vision::yolo {

/// A box in pixels of the model's input, its confidence (0 to 1) and the index of its class.
struct Candidate {
  Box box;
  float score = 0;
  int label = 0;
};

/// The box around a centre.
constexpr Box box_around(float centre_x, float centre_y, float width, float height) {
  return {centre_x - width / 2, centre_y - height / 2, width, height};
}

}  // namespace kinesight::vision::yolo

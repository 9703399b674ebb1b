// What YOLOv5 and YOLOX share: one row a box, [4 numbers for the place, objectness, a score a class].
#pragma once

#include <algorithm>
#include <vector>

#include "vision/yolo/head.h"

namespace kinesight::vision::yolo {

/// Goes through the rows whose objectness times best class score is `threshold` or more, and appends a
/// candidate with the box that `place(row index, first number of the row)` makes of it.
template <class Place>
void decode_rows(const Tensor& output, float threshold, const Place& place, std::vector<Candidate>& found) {
  const std::size_t rows = output.shape[1], columns = output.shape[2];
  const float* row = output.data.data();
  for (std::size_t i = 0; i < rows; ++i, row += columns) {
    const float objectness = row[4];
    if (!(objectness >= threshold)) continue;  // No class score is above 1. Skips what is no number, too.
    const float* best = std::max_element(row + 5, row + columns);
    const float score = objectness * *best;
    if (score >= threshold) found.push_back({place(i, row), score, static_cast<int>(best - row - 5)});
  }
}

}  // namespace kinesight::vision::yolo

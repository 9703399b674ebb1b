// The head of YOLOX: [1, cells, 5 + classes], one row a cell of the grids at strides 8, 16 and 32, each grid
// row by row. A row is centre x, centre y, width, height, objectness, and a score a class. Exported with
// --decode_in_inference the place is in input pixels; otherwise it is relative to the cell:
//   centre = (value + column or row of the cell) x stride, side = exp(value) x stride
// (YOLOX, yolox/utils/demo_utils.py, demo_postprocess). Its picture is BGR, 0 to 255, in the upper left
// corner.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "vision/yolo/head.h"
#include "vision/yolo/rows.h"

namespace kinesight::vision::yolo {
namespace {

constexpr std::array<int, 3> kStrides = {8, 16, 32};

/// A cell of one of the grids: its column, row and stride.
struct Cell {
  float column, row, stride;
};

std::vector<Cell> lay_grids(InputSize input) {
  std::vector<Cell> grid;
  for (const int stride : kStrides) {
    for (int row = 0; row < input.height / stride; ++row) {
      for (int column = 0; column < input.width / stride; ++column) {
        grid.push_back({static_cast<float>(column), static_cast<float>(row), static_cast<float>(stride)});
      }
    }
  }
  return grid;
}

/// Neither the file nor its shape says whether the places are in pixels, but the numbers do: relative to a
/// cell, a centre lies within a cell or two of it; in pixels, all but the first column's lie further than a
/// cell from the edge.
bool in_pixels(const Tensor& output) {
  const std::size_t rows = output.shape[1], columns = output.shape[2];
  std::size_t far = 0;
  for (std::size_t i = 0; i < rows; ++i) far += std::abs(output.data[i * columns]) > kStrides.front();
  return far > rows / 2;
}

class Yolox final : public Head {
 public:
  Yolox(int classes, InputSize input) : classes_(classes), grid_(lay_grids(input)) {}

  int classes() const override { return classes_; }
  InputConvention input() const override {
    return {.blue_first = true, .scale = 1, .placement = Placement::top_left};
  }

  void decode(const Tensor& output, float threshold, std::vector<Candidate>& found) const override {
    if (in_pixels(output)) {
      const auto as_is = [](std::size_t, const float* row) {
        return box_around(row[0], row[1], row[2], row[3]);
      };
      return decode_rows(output, threshold, as_is, found);
    }
    const auto from_cell = [this](std::size_t i, const float* row) {
      const auto& [column, line, stride] = grid_[i];
      return box_around((row[0] + column) * stride, (row[1] + line) * stride, std::exp(row[2]) * stride,
                        std::exp(row[3]) * stride);
    };
    decode_rows(output, threshold, from_cell, found);
  }

 private:
  int classes_;
  std::vector<Cell> grid_;
};

std::unique_ptr<Head> match(std::span<const std::int64_t> shape, InputSize input) {
  if (shape.size() != 3 || shape[0] != 1 || shape[1] != cells(input, kStrides) || shape[2] < 6)
    return nullptr;
  return std::make_unique<Yolox>(static_cast<int>(shape[2] - 5), input);
}

}  // namespace

HeadKind yolox_head() {
  return {"yolox",
          [](InputSize input) { return fmt::format("[1, {}, 5 + classes]", cells(input, kStrides)); }, match};
}

}  // namespace kinesight::vision::yolo

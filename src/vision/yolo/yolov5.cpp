// The head of YOLOv5 as its exporter writes it: [1, 3 cells, 5 + classes], three anchors a cell; each row is
// centre x, centre y, width, height in input pixels, objectness, and a score a class. The P6 models have a
// fourth, coarser grid.
#include <fmt/format.h>

#include <array>

#include "vision/yolo/head.h"
#include "vision/yolo/rows.h"

namespace kinesight::vision::yolo {
namespace {

constexpr std::array<int, 3> kP5 = {8, 16, 32};
constexpr std::array<int, 4> kP6 = {8, 16, 32, 64};
constexpr int kAnchors = 3;

class Yolov5 final : public Head {
 public:
  explicit Yolov5(int classes) : classes_(classes) {}

  int classes() const override { return classes_; }

  void decode(const Tensor& output, float threshold, std::vector<Candidate>& found) const override {
    decode_rows(
        output, threshold,
        [](std::size_t, const float* row) { return box_around(row[0], row[1], row[2], row[3]); }, found);
  }

 private:
  int classes_;
};

std::unique_ptr<Head> match(std::span<const std::int64_t> shape, InputSize input) {
  if (shape.size() != 3 || shape[0] != 1 || shape[2] < 6) return nullptr;
  if (shape[1] != kAnchors * cells(input, kP5) && shape[1] != kAnchors * cells(input, kP6)) return nullptr;
  return std::make_unique<Yolov5>(static_cast<int>(shape[2] - 5));
}

}  // namespace

HeadKind yolov5_head() {
  return {"yolov5",
          [](InputSize input) { return fmt::format("[1, {}, 5 + classes]", kAnchors * cells(input, kP5)); },
          match};
}

}  // namespace kinesight::vision::yolo

// The anchor-free head of YOLOv8 and YOLO11: an output of [1, 4 + classes, cells]; for each cell (a column)
// centre x, centre y, width, height in input pixels, then a score a class. P6 models have a fourth, coarser
// grid, P2 models a finer one.
#include <fmt/format.h>

#include <array>

#include "vision/yolo/head.h"

namespace kinesight::vision::yolo {
namespace {

constexpr std::array<int, 3> kP5 = {8, 16, 32};
constexpr std::array<int, 4> kP6 = {8, 16, 32, 64};
constexpr std::array<int, 4> kP2 = {4, 8, 16, 32};

/// The best class of every cell. One class after the other, as the numbers lie in memory; the loop is made of
/// comparisons only, so that the compiler can do many cells at once.
void best_classes(const float* scores, int classes, std::size_t count, std::vector<float>& best,
                  std::vector<int>& label) {
  best.assign(scores, scores + count);
  label.assign(count, 0);
  float* __restrict best_score = best.data();
  int* __restrict best_label = label.data();
  for (int c = 1; c < classes; ++c) {
    const float* __restrict score = scores + static_cast<std::size_t>(c) * count;
    for (std::size_t i = 0; i < count; ++i) {
      const bool better = score[i] > best_score[i];
      best_score[i] = better ? score[i] : best_score[i];
      best_label[i] = better ? c : best_label[i];
    }
  }
}

class Yolov8 final : public Head {
 public:
  explicit Yolov8(int classes) : classes_(classes) {}

  int classes() const override { return classes_; }

  void decode(const Tensor& output, float threshold, std::vector<Candidate>& found) const override {
    const std::size_t count = output.shape[2];
    const float* x = output.data.data();
    const float *y = x + count, *w = y + count, *h = w + count;
    std::vector<float> best;
    std::vector<int> label;
    best_classes(h + count, classes_, count, best, label);
    for (std::size_t i = 0; i < count; ++i) {
      if (best[i] >= threshold) found.push_back({box_around(x[i], y[i], w[i], h[i]), best[i], label[i]});
    }
  }

 private:
  int classes_;
};

std::unique_ptr<Head> match(std::span<const std::int64_t> shape, InputSize input) {
  if (shape.size() != 3 || shape[0] != 1 || shape[1] < 5) return nullptr;
  for (const std::span<const int> strides :
       {std::span<const int>(kP5), std::span<const int>(kP6), std::span<const int>(kP2)}) {
    if (shape[2] == cells(input, strides)) return std::make_unique<Yolov8>(static_cast<int>(shape[1] - 4));
  }
  return nullptr;
}

}  // namespace

HeadKind yolov8_head() {
  return {"yolov8", [](InputSize input) { return fmt::format("[1, 4 + classes, {}]", cells(input, kP5)); },
          match};
}

}  // namespace kinesight::vision::yolo

// The end-to-end head of YOLOv10 and YOLO26, and of any exporter that puts the suppression into the model:
// [1, boxes, 6], each row left, top, right, bottom in input pixels, score, class. Unused rows have the score
// 0.
#include "vision/yolo/head.h"

namespace kinesight::vision::yolo {
namespace {

class EndToEnd final : public Head {
 public:
  int classes() const override { return 0; }
  bool overlaps() const override { return false; }

  void decode(const Tensor& output, float threshold, std::vector<Candidate>& found) const override {
    const float* row = output.data.data();
    for (std::size_t i = 0; i < output.shape[1]; ++i, row += 6) {
      // The class is a float, too; one that does not fit an int would be no class.
      if (!(row[4] >= threshold) || !(row[5] >= 0 && row[5] < 1e6F)) continue;
      found.push_back({{row[0], row[1], row[2] - row[0], row[3] - row[1]}, row[4], static_cast<int>(row[5])});
    }
  }
};

std::unique_ptr<Head> match(std::span<const std::int64_t> shape, InputSize) {
  if (shape.size() != 3 || (shape[0] != 1 && shape[0] != kOpenSize) || shape[2] != 6) return nullptr;
  return std::make_unique<EndToEnd>();
}

}  // namespace

HeadKind end_to_end_head() {
  return {"end2end", [](InputSize) { return std::string("[1, boxes, 6]"); }, match};
}

}  // namespace kinesight::vision::yolo

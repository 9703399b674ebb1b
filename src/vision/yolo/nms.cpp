#include "vision/yolo/nms.h"

#include <algorithm>

namespace kinesight::vision::yolo {

std::vector<Candidate> suppress_overlaps(std::vector<Candidate> candidates, float iou_threshold,
                                         NmsLimits limits) {
  std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::score);
  if (candidates.size() > limits.candidates) candidates.resize(limits.candidates);

  std::vector<Candidate> kept;
  for (const auto& candidate : candidates) {
    if (kept.size() == limits.kept) break;
    const bool repeats = std::ranges::any_of(kept, [&](const Candidate& better) {
      return better.label == candidate.label && iou(better.box, candidate.box) > iou_threshold;
    });
    if (!repeats) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace kinesight::vision::yolo

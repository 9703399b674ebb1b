// A YOLO head: how the numbers of one family of models are laid out, and what they mean.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vision/letterbox.h"
#include "vision/model.h"
#include "vision/yolo/candidate.h"

namespace kinesight::vision::yolo {

/// Decodes the output of one model. Holds what its shape told; safe for any number of threads.
class Head {
 public:
  virtual ~Head() = default;

  /// Classes that the output has numbers for; 0 when its shape does not tell.
  virtual int classes() const = 0;
  /// How the model wants its picture.
  virtual InputConvention input() const { return {}; }
  /// Whether several boxes may mean the same object, so that overlaps are to be suppressed.
  virtual bool overlaps() const { return true; }
  /// Appends the boxes with a score of `threshold` or more, each with its best class. Numbers that are no
  /// numbers make no box.
  virtual void decode(const Tensor& output, float threshold, std::vector<Candidate>& found) const = 0;
};

/// A family of heads, as a row of the list that recognise() goes through.
struct HeadKind {
  std::string_view name;  ///< As the option `head` and the errors call it.
  /// What output is expected of it for an input of that size, for a person: "[1, 4 + classes, 8400]".
  std::string (*expected)(InputSize input);
  /// The head for an output of `shape`; null when it is not one of this family.
  std::unique_ptr<Head> (*match)(std::span<const std::int64_t> shape, InputSize input);
};

/// YOLOv8 and YOLO11: [1, 4 + classes, cells].
HeadKind yolov8_head();
/// YOLOv5: [1, 3 cells, 5 + classes].
HeadKind yolov5_head();
/// YOLOX: [1, cells, 5 + classes].
HeadKind yolox_head();
/// YOLOv10, YOLO26, and exports with suppression inside: [1, boxes, 6].
HeadKind end_to_end_head();

/// Cells of the grids that lie over an input, one grid a stride: the sum of (width / stride) x (height /
/// stride).
constexpr std::int64_t cells(InputSize input, std::span<const int> strides) {
  std::int64_t count = 0;
  for (const int stride : strides) count += std::int64_t{input.width / stride} * (input.height / stride);
  return count;
}

}  // namespace kinesight::vision::yolo

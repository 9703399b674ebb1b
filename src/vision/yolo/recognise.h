// Which head a model has.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "vision/yolo/head.h"

namespace kinesight::vision::yolo {

/// The heads there are, in the order in which they are tried.
std::span<const HeadKind> head_kinds();

/// A model's head, and which of the model's outputs it reads.
struct Recognised {
  std::string_view name;
  std::unique_ptr<Head> head;
  std::size_t output = 0;
};

/// The head of `model`, told from its first output of three dimensions and the size of its input:
///   1. YOLOv8:     [1, 4 + classes, N], N the cells of the grids at strides 8, 16, 32 (or 8…64, or 4…32);
///   2. YOLOX:      [1, N, 5 + classes], N the cells of the grids at strides 8, 16, 32;
///   3. YOLOv5:     [1, 3 N, 5 + classes], three anchors a cell (strides 8, 16, 32, or 8…64);
///   4. end-to-end: [1, any, 6].
/// The first that fits is it: the cell counts of an input leave no doubt between the first three, and come
/// before `6` because YOLOv5 and YOLOX with one class are six wide as well. `wanted` is "auto", or the name
/// of the only head to be considered. Errors: invalid, with what was expected and found.
Result<Recognised> recognise(const ModelInfo& model, std::string_view wanted);

}  // namespace kinesight::vision::yolo

// The names of a model's classes.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vision/model.h"

namespace kinesight::vision::yolo {

/// Reads the names that exporters write: a Python or JSON dictionary from index to name ("{0: 'person', 1:
/// 'car'}"), or a list ("['person', 'car']"); names quoted either way or not at all. Error: corrupt, where it
/// is neither, or an index is missing.
Result<std::vector<std::string>> parse_names(std::string_view text);

/// The 80 classes of COCO in the usual order, which every published 80-class YOLO model has.
std::span<const std::string_view> coco_names();

/// The names of the classes of `model`, by their index: `configured`, or else what the file says (`names`, or
/// OpenVINO's `labels`), or else COCO's where there are 80 classes, which `note` is told.
/// `classes` is how many there must be; 0 when the head does not tell.
/// Errors: invalid, where there are no names, or not as many as classes.
Result<std::vector<std::string>> class_names(const ModelInfo& model, int classes,
                                             const std::vector<std::string>& configured,
                                             const std::function<void(std::string_view)>& note);

}  // namespace kinesight::vision::yolo

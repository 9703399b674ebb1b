// What the options of all detectors share about models: their path, their numbers.
#pragma once

#include <optional>
#include <string>

#include "config/table.h"
#include "vision/model.h"

namespace kinesight::vision {

/// For Describe::warns(): why no model can be found at `path` as things stand; nothing when one can.
std::optional<std::string> no_model(const std::string& path);

/// Adds the row `names` to the table of `T`, which has a member of that name.
template <class T>
config::Describe<T>& with_names(config::Describe<T>& table) {
  return table.option(
      "names", &T::names,
      "The names of the model's classes in the order of training; empty takes those in the file.");
}

/// Adds the row `head` to the table of `T`, which has a member of that name.
template <class T>
config::Describe<T>& with_head(config::Describe<T>& table) {
  return table.choice("head", &T::head,
                      {{"auto", "auto"},
                       {"yolov8", "yolov8"},
                       {"yolov5", "yolov5"},
                       {"yolox", "yolox"},
                       {"end2end", "end2end"}},
                      "The layout of the model's output; auto recognises it by its shape.");
}

/// Adds the row `precision` to the table of `T`, which has a member of that name.
template <class T>
config::Describe<T>& with_precision(config::Describe<T>& table) {
  return table.choice("precision", &T::precision, {{"auto", Precision::automatic}, {"f32", Precision::f32}},
                      "auto computes in the fastest numbers that the processor has (bfloat16 where it can, "
                      "otherwise f32); f32 gives the same results on every machine.");
}

}  // namespace kinesight::vision

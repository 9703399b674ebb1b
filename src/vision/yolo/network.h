// A YOLO network: frames in, boxes with names out. What every detector type that looks for objects is built
// on.
#pragma once

#include <string>
#include <vector>

#include "vision/engine.h"
#include "vision/letterbox.h"
#include "vision/yolo/head.h"

namespace kinesight::vision::yolo {

/// How a network is to be loaded and read.
struct NetworkOptions {
  std::string model_path;
  Precision precision = Precision::automatic;
  std::string head = "auto";                ///< Or the name of a HeadKind.
  float conf_threshold = 0.5F;              ///< Boxes below it are not considered. 0 to 1.
  float iou_threshold = 0.45F;              ///< Boxes of a class that overlap more are one object. 0 to 1.
  std::vector<std::string> target_classes;  ///< Only these; empty for all.
  bool targets_are_fixed = false;           ///< No option names them: errors then do not speak of one.
  std::vector<std::string> names;           ///< Of the classes; empty for what the file says.
};

/// A model with its head, its names and its thresholds. One thread at a time; the model itself is shared.
class Network {
 public:
  /// Loads the model into `engine`, or shares the one there. Errors: not_found, invalid, corrupt.
  static Result<Network> load(Engine& engine, NetworkOptions options);

  /// The objects in `frame`, the most confident first, boxes within the frame; their `type` is left empty.
  /// At most 300, of the 30,000 most confident boxes. Each has the class that is likeliest for it; where that
  /// is not one of the target classes, it is left out. Errors: unavailable (the engine is busy), corrupt (the
  /// model failed, or what it says are no numbers, or no scores from 0 to 1), cancelled.
  Result<std::vector<Detection>> detect(const FrameView& frame, const Turn& turn);

  const std::vector<std::string>& names() const { return names_; }
  const Model& model() const { return *model_; }
  /// The name of the head that was recognised.
  std::string_view head() const { return head_name_; }

 private:
  Network() = default;
  Result<std::vector<Candidate>> infer(const FrameView& frame, Letterbox& place, const Turn& turn);

  NetworkOptions options_;
  std::shared_ptr<Model> model_;
  std::string_view head_name_;
  std::unique_ptr<Head> head_;
  std::size_t output_ = 0;
  std::vector<std::string> names_;
  std::vector<bool> wanted_;  ///< By class: whether it is a target.
  Letterboxer letterboxer_;
};

}  // namespace kinesight::vision::yolo

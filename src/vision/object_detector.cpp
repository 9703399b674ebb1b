#include "vision/object_detector.h"

#include "vision/options_model.h"
#include "vision/yolo/network.h"

namespace kinesight::vision {
namespace {

class ObjectDetector final : public Detector {
 public:
  explicit ObjectDetector(yolo::Network network) : network_(std::move(network)) {}

  Result<std::vector<Detection>> detect(const Frame& frame, std::stop_token stop) override {
    auto found = network_.detect(frame.view, stop);
    if (!found) return found;
    for (auto& detection : *found) detection.type = "object";
    return found;
  }

 private:
  yolo::Network network_;
};

Result<std::unique_ptr<Detector>> make(const config::Parsed& parsed, Engine& engine) {
  const auto& options = parsed.as<ObjectOptions>();
  auto network = yolo::Network::load(engine, {.model_path = options.model_path,
                                              .precision = options.precision,
                                              .head = options.head,
                                              .conf_threshold = static_cast<float>(options.conf_threshold),
                                              .iou_threshold = static_cast<float>(options.iou_threshold),
                                              .target_classes = options.target_classes,
                                              .names = options.names});
  if (!network) return std::unexpected(network.error());
  return std::make_unique<ObjectDetector>(std::move(*network));
}

}  // namespace

const config::Table& ObjectOptions::table() {
  static const config::Table table =
      config::describe<ObjectOptions>("object",
                                      "Finds objects with a YOLO model, and reports every class it knows.")
          .option("model_path", &ObjectOptions::model_path,
                  "The model: an .onnx file, an OpenVINO .xml, an exported folder, or a .pt with its export "
                  "beside it.")
          .required()
          .not_empty()
          .warns(no_model)
          .option("conf_threshold", &ObjectOptions::conf_threshold,
                  "Objects of less confidence are not reported.")
          .range(0, 1)
          .option("iou_threshold", &ObjectOptions::iou_threshold,
                  "Two boxes of one class that overlap by more than this (intersection over union) are one "
                  "object.")
          .range(0, 1)
          .option("target_classes", &ObjectOptions::target_classes,
                  "Report only these classes; empty reports all.")
          .option("names", &ObjectOptions::names,
                  "The names of the model's classes in the order of training; empty takes those in the file.")
          .choice("head", &ObjectOptions::head,
                  {{"auto", "auto"},
                   {"yolov8", "yolov8"},
                   {"yolov5", "yolov5"},
                   {"yolox", "yolox"},
                   {"end2end", "end2end"}},

                  "The layout of the model's output; auto recognises it by its shape.")
          .choice("precision", &ObjectOptions::precision,
                  {{"auto", Precision::automatic}, {"f32", Precision::f32}},
                  "auto computes in the fastest numbers that the processor has (bfloat16 where it can, "
                  "otherwise f32); "
                  "f32 gives the same results on every machine.");
  return table;
}

DetectorKind object_detector_kind() { return {ObjectOptions::table(), make}; }

}  // namespace kinesight::vision

#include "vision/object_detector.h"

#include "vision/options_model.h"
#include "vision/yolo/network_detector.h"
#include "vision/yolo/unsure.h"

namespace kinesight::vision {
namespace {

Result<std::unique_ptr<Detector>> make(const config::Parsed& parsed, Engine& engine) {
  const auto& options = parsed.as<ObjectOptions>();
  const auto threshold = static_cast<float>(options.conf_threshold);
  auto network = yolo::Network::load(engine, {.model_path = options.model_path,
                                              .precision = options.precision,
                                              .head = options.head,
                                              .conf_threshold = yolo::unsure_from(threshold),
                                              .iou_threshold = static_cast<float>(options.iou_threshold),
                                              .target_classes = options.target_classes,
                                              .names = options.names});
  if (!network) return std::unexpected(network.error());
  return yolo::network_detector(std::move(*network), [threshold](Detection& found) {
    found.type = "object";
    found.threshold = threshold;
  });
}

Result<JudgeOptions> rules(const config::Parsed& parsed) {
  return JudgeOptions{.rules = parsed.as<ObjectOptions>()};
}

config::Describe<ObjectOptions> own_rows() {
  return config::describe<ObjectOptions>("object",
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
              "Report only these classes; empty reports all.");
}

}  // namespace

const config::Table& ObjectOptions::table() {
  static const config::Table table = [] {
    auto rows = own_rows();
    with_names(rows);
    with_head(rows);
    with_precision(rows);
    return config::Table(with_rules(rows));
  }();
  return table;
}

DetectorKind object_detector_kind() { return {ObjectOptions::table(), make, rules}; }

}  // namespace kinesight::vision

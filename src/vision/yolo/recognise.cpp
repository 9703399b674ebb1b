#include "vision/yolo/recognise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kinesight::vision::yolo {
namespace {

/// Ultralytics' exporters write what the model is for; only boxes are read here.
Result<> check_task(const ModelInfo& model) {
  const auto task = model.metadata.find("task");
  if (task == model.metadata.end() || task->second == "detect") return {};
  return fail(ErrorKind::invalid, "{}: expected a detection model, found one for the task '{}'",
              model.file.string(), task->second);
}

std::string shapes(const ModelInfo& model) {
  std::string text;
  for (const auto& output : model.outputs) text += (text.empty() ? "" : ", ") + to_string(output.shape);
  return text;
}

}  // namespace

std::span<const HeadKind> head_kinds() {
  static const std::array<HeadKind, 4> kinds = {yolov8_head(), yolox_head(), yolov5_head(),
                                                end_to_end_head()};
  return kinds;
}

Result<Recognised> recognise(const ModelInfo& model, std::string_view wanted) {
  if (const auto detects = check_task(model); !detects) return std::unexpected(detects.error());
  const InputSize input{model.width, model.height};
  const auto output =
      std::ranges::find_if(model.outputs, [](const TensorInfo& info) { return info.shape.size() == 3; });
  std::string expected;
  for (const auto& kind : head_kinds()) {
    if (wanted != "auto" && wanted != kind.name) continue;
    if (output != model.outputs.end()) {
      const auto index = static_cast<std::size_t>(output - model.outputs.begin());
      if (auto head = kind.match(output->shape, input)) return Recognised{kind.name, std::move(head), index};
    }
    expected += fmt::format("{}{} {}", expected.empty() ? "" : ", or ", kind.name, kind.expected(input));
  }
  return fail(ErrorKind::invalid,
              "{}: expected for its input of {} x {} (width x height) an output of {}; found {}",
              model.file.string(), model.width, model.height, expected, shapes(model));
}

}  // namespace kinesight::vision::yolo

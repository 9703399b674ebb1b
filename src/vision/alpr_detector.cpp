#include "vision/alpr_detector.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "vision/detector_kind.h"
#include "vision/ocr/model_files.h"
#include "vision/ocr/tesseract.h"
#include "vision/ocr/text_recognizer.h"
#include "vision/picture.h"
#include "vision/plate/finder.h"
#include "vision/plate/rewritten.h"
#include "vision/yolo/network.h"
#include "vision/yolo/unsure.h"

namespace kinesight::vision {
namespace {

Detection detection_of(plate::Found found, float threshold) {
  auto reading = std::make_shared<plate::Reading>(std::move(found.reading));
  return {.type = "alpr",
          .label = reading->text,
          .conf = found.conf,
          .box = found.box,
          .threshold = threshold,
          .plate = std::move(reading)};
}

/// Plates by their text.
class TextPlates final : public Detector {
 public:
  TextPlates(plate::Finder finder, float threshold) : finder_(std::move(finder)), threshold_(threshold) {}

  Result<std::vector<Detection>> detect(const Frame& frame, const Turn& turn) override {
    auto plates = finder_.find(to_bgr(frame.view), turn);
    if (!plates) return std::unexpected(plates.error());
    std::vector<Detection> detections;
    for (auto& found : *plates)
      if (found.conf >= yolo::unsure_from(threshold_))
        detections.push_back(detection_of(std::move(found), threshold_));
    return detections;
  }

 private:
  plate::Finder finder_;
  const float threshold_;
};

/// Plates by a model of plates, their text by the finder.
class ModelPlates final : public Detector {
 public:
  ModelPlates(yolo::Network network, std::set<std::string> classes, plate::Finder finder,
              const AlprOptions& options)
      : network_(std::move(network)),
        classes_(std::move(classes)),
        finder_(std::move(finder)),
        threshold_(static_cast<float>(options.conf_threshold)),
        max_plates_(static_cast<std::size_t>(options.max_plates)) {}

  Result<std::vector<Detection>> detect(const Frame& frame, const Turn& turn) override {
    auto boxes = network_.detect(frame.view, turn);
    if (!boxes) return boxes;
    std::erase_if(*boxes, [&](const Detection& box) { return !classes_.contains(box.label); });
    if (boxes->size() > max_plates_) boxes->resize(max_plates_);
    if (boxes->empty()) return boxes;

    const cv::Mat bgr = to_bgr(frame.view);
    std::vector<Detection> detections;
    for (const auto& box : *boxes) {
      auto found = finder_.read(bgr, box.box, turn);
      if (!found) return std::unexpected(found.error());
      if (!*found) continue;
      (*found)->box = box.box;
      (*found)->conf = box.conf;
      detections.push_back(detection_of(std::move(**found), threshold_));
    }
    return detections;
  }

 private:
  yolo::Network network_;
  const std::set<std::string> classes_;
  plate::Finder finder_;
  const float threshold_;
  const std::size_t max_plates_;
};

Result<std::unique_ptr<ocr::TextReader>> reader_of(const AlprOptions& options, const ocr::ModelFiles& files,
                                                   Engine& engine) {
  if (options.ocr_engine == OcrEngine::tesseract)
    return ocr::Tesseract::make({.only = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"});
  return ocr::TextRecognizer::load(engine, files.recognition, options.precision);
}

/// `min_side` is that of the text detector's input.
Result<plate::Finder> finder_of(const AlprOptions& options, int min_side, Engine& engine) {
  const auto files = ocr::find_model_files(options.ocr_model_directory);
  if (!files) return std::unexpected(files.error());
  auto texts = ocr::TextDetector::load(engine, files->detection,
                                       {.precision = options.precision, .min_side = min_side});
  if (!texts) return std::unexpected(texts.error());
  auto reader = reader_of(options, *files, engine);
  if (!reader) return std::unexpected(reader.error());
  auto replacements = plate::read_replacements(options.replace);
  if (!replacements) return std::unexpected(replacements.error());
  return plate::Finder(std::move(*texts), plate::rewriting(std::move(*reader), std::move(*replacements)),
                       options.max_plates);
}

/// The classes of a model that are plates. Error: invalid.
Result<std::set<std::string>> plates_among(const std::vector<std::string>& names, const std::string& path) {
  std::set<std::string> plates;
  for (const auto& name : names) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower.contains("plate") || names.size() == 1) plates.insert(name);
  }
  if (!plates.empty()) return plates;
  return fail(ErrorKind::invalid,
              "{}: expected a model of licence plates, with a class whose name contains \"plate\", found "
              "{} classes, the first of them {}; leave detector_model_path out to find plates by their text",
              path, names.size(), names.empty() ? "nameless" : names.front());
}

Result<std::unique_ptr<Detector>> by_model(const AlprOptions& options, Engine& engine) {
  const auto threshold = static_cast<float>(options.conf_threshold);
  auto network = yolo::Network::load(engine, {.model_path = options.detector_model_path,
                                              .precision = options.precision,
                                              .head = options.head,
                                              .conf_threshold = yolo::unsure_from(threshold),
                                              .target_classes = {},
                                              .names = options.names});
  if (!network) return std::unexpected(network.error());
  auto classes = plates_among(network->names(), options.detector_model_path);
  if (!classes) return std::unexpected(classes.error());
  auto finder = finder_of(options, plate::Finder::kExcerptHeight, engine);
  if (!finder) return std::unexpected(finder.error());
  return std::make_unique<ModelPlates>(std::move(*network), std::move(*classes), std::move(*finder), options);
}

Result<std::unique_ptr<Detector>> make(const config::Parsed& parsed, Engine& engine) {
  return make_alpr_detector(parsed.as<AlprOptions>(), engine);
}

Result<JudgeOptions> rules(const config::Parsed& parsed) {
  const auto& options = parsed.as<AlprOptions>();
  auto texts = plate::TextJudge::make(options);
  if (!texts) return std::unexpected(texts.error());
  return JudgeOptions{.rules = options, .plates = std::move(*texts)};
}

}  // namespace

Result<std::unique_ptr<Detector>> make_alpr_detector(const AlprOptions& options, Engine& engine) {
  if (!options.detector_model_path.empty()) return by_model(options, engine);
  auto finder = finder_of(options, ocr::TextDetectorOptions{}.min_side, engine);
  if (!finder) return std::unexpected(finder.error());
  return std::make_unique<TextPlates>(std::move(*finder), static_cast<float>(options.conf_threshold));
}

DetectorKind alpr_detector_kind() { return {AlprOptions::table(), make, rules}; }

}  // namespace kinesight::vision

#include "vision/ocr/text_detector.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "vision/ocr/model_input.h"
#include "vision/ocr/text_boxes.h"

namespace kinesight::vision::ocr {
namespace {

constexpr int kGrain = 32;         ///< The model's input is a multiple of it, each side.
constexpr int kCoarseGrain = 128;  ///< The same of its longer side: pictures of like sizes share a model.
constexpr std::size_t kMostModels = 4;  ///< Compiled for so many sizes at once; the longest unused goes.

int rounded(double length) {
  return std::max(kGrain, static_cast<int>(std::lround(length / kGrain)) * kGrain);
}

/// The size that a picture is brought to before the model looks at it.
cv::Size size_to_look_at(const cv::Size& picture, const TextDetectorOptions& options) {
  const double shorter = std::min(picture.width, picture.height),
               longer = std::max(picture.width, picture.height);
  const double scale = std::min(std::max(1.0, options.min_side / shorter), options.max_side / longer);
  return {rounded(picture.width * scale), rounded(picture.height * scale)};
}

/// The input that has room for such a picture.
InputSize room_for(const cv::Size& size) {
  const auto coarse = [](int length) { return (length + kCoarseGrain - 1) / kCoarseGrain * kCoarseGrain; };
  if (size.width >= size.height) return {coarse(size.width), size.height};
  return {size.width, coarse(size.height)};
}

/// Fails unless the model's only output is a map of `room`.
Result<> expect_map(const ModelInfo& info, const InputSize& room) {
  const std::vector<std::int64_t> expected{1, 1, room.height, room.width};
  const auto& outputs = info.outputs;
  if (outputs.size() == 1 && outputs[0].shape == expected) return {};
  return fail(
      ErrorKind::invalid,
      "{}: expected a model that finds text, with one output of {}, found {} outputs, the first of {}: use "
      "the detection model of rapidocr-onnxruntime",
      info.file.string(), to_string(expected), outputs.size(),
      outputs.empty() ? "nothing" : to_string(outputs[0].shape));
}

}  // namespace

struct TextDetector::Impl {
  Engine* engine;
  std::filesystem::path file;
  TextDetectorOptions options;
  std::list<std::pair<InputSize, std::shared_ptr<Model>>> models{};  ///< The last used first.
  cv::Mat resized{};

  Result<std::shared_ptr<Model>> model(const InputSize& room) {
    const auto known = std::ranges::find(models, room, [](const auto& entry) { return entry.first; });
    if (known != models.end()) {
      models.splice(models.begin(), models, known);
      return models.front().second;
    }
    auto loaded = engine->load(file, options.precision, room);
    if (!loaded) return loaded;
    if (const auto fits = expect_map((*loaded)->info(), room); !fits) return std::unexpected(fits.error());
    models.emplace_front(room, *loaded);
    if (models.size() > kMostModels) models.pop_back();
    return loaded;
  }
};

TextDetector::TextDetector(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextDetector::~TextDetector() = default;

Result<std::unique_ptr<TextDetector>> TextDetector::load(Engine& engine, const std::filesystem::path& file,
                                                         const TextDetectorOptions& options) {
  auto impl = std::make_unique<Impl>(Impl{&engine, file, options});
  // The frames' size is not known yet. A small one is compiled soon, and says whether this is such a model.
  if (const auto model = impl->model({kCoarseGrain, kGrain}); !model) return std::unexpected(model.error());
  impl->models.clear();
  return std::unique_ptr<TextDetector>(new TextDetector(std::move(impl)));
}

Result<std::vector<TextBox>> TextDetector::find(const cv::Mat& bgr, const Turn& turn) {
  if (const auto fits = expect_picture(bgr); !fits) return std::unexpected(fits.error());
  const auto size = size_to_look_at(bgr.size(), impl_->options);
  const auto room = room_for(size);
  const auto model = impl_->model(room);
  if (!model) return std::unexpected(model.error());
  cv::resize(bgr, impl_->resized, size);
  auto inference = (*model)->begin(turn);
  if (!inference) return std::unexpected(inference.error());
  fill_input(impl_->resized, room, inference->input());
  if (const auto ran = inference->run(); !ran) return std::unexpected(ran.error());
  const auto output = inference->output(0);
  const cv::Mat map(room.height, room.width, CV_32F, const_cast<float*>(output.data.data()));  // Only read.
  return text_boxes(map(cv::Rect({}, size)), bgr.size(), impl_->options);
}

}  // namespace kinesight::vision::ocr

#include "vision/ocr/text_recognizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "vision/ocr/charset.h"
#include "vision/ocr/ctc.h"
#include "vision/ocr/model_input.h"

namespace kinesight::vision::ocr {
namespace {

constexpr int kHeight = 48;  ///< Of a line as the model takes it, pixels.
/// The widths that the model is compiled for. PaddleOCR pads lines to 320 and gives a longer one the width
/// that it needs; the next of these, padded likewise, reads the same. What is longer still is squeezed.
constexpr std::array kWidths = {320, 480, 640, 960, 1280, 1920};

/// The width of `bgr` at the model's height, and which of kWidths has room for it.
std::pair<int, std::size_t> width_of(const cv::Mat& bgr) {
  const double width = std::ceil(static_cast<double>(kHeight) * bgr.cols / bgr.rows);
  const int fits = static_cast<int>(std::clamp<double>(width, 1, kWidths.back()));
  return {fits, static_cast<std::size_t>(std::ranges::lower_bound(kWidths, fits) - kWidths.begin())};
}

/// Fails unless the model's only output is [1, steps, classes].
Result<> expect_classes(const ModelInfo& info, std::size_t classes) {
  const auto& outputs = info.outputs;
  if (outputs.size() == 1 && outputs[0].shape.size() == 3 && outputs[0].shape[1] != kOpenSize &&
      outputs[0].shape[2] == static_cast<std::int64_t>(classes))
    return {};
  return fail(
      ErrorKind::invalid,
      "{}: expected a model that reads text, with one output of [1, steps, {}] for the {} characters of "
      "its metadata, found {} outputs, the first of {}",
      info.file.string(), classes, classes - 1, outputs.size(),
      outputs.empty() ? "nothing" : to_string(outputs[0].shape));
}

}  // namespace

struct TextRecognizer::Impl {
  Engine* engine;
  std::filesystem::path file;
  Precision precision;
  Charset charset;
  std::array<std::shared_ptr<Model>, kWidths.size()> models;  ///< By width; null until one is needed.
  cv::Mat resized;

  Result<std::shared_ptr<Model>> model(std::size_t index) {
    if (!models[index]) {
      auto loaded = engine->load(file, precision, InputSize{kWidths[index], kHeight});
      if (!loaded) return loaded;
      models[index] = std::move(*loaded);
    }
    return models[index];
  }
};

TextRecognizer::TextRecognizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextRecognizer::~TextRecognizer() = default;

Result<std::unique_ptr<TextRecognizer>> TextRecognizer::load(Engine& engine,
                                                             const std::filesystem::path& file,
                                                             Precision precision) {
  auto impl = std::make_unique<Impl>(Impl{&engine, file, precision, {}, {}, {}});
  const auto model = impl->model(0);
  if (!model) return std::unexpected(model.error());
  auto charset = Charset::of((*model)->info());
  if (!charset) return std::unexpected(charset.error());
  if (const auto fits = expect_classes((*model)->info(), charset->classes()); !fits)
    return std::unexpected(fits.error());
  impl->charset = std::move(*charset);
  return std::unique_ptr<TextRecognizer>(new TextRecognizer(std::move(impl)));
}

Result<Line> TextRecognizer::read(const cv::Mat& bgr, const Turn& turn) {
  if (const auto fits = expect_picture(bgr); !fits) return std::unexpected(fits.error());
  const auto [width, index] = width_of(bgr);
  const auto model = impl_->model(index);
  if (!model) return std::unexpected(model.error());
  cv::resize(bgr, impl_->resized, {width, kHeight});
  auto inference = (*model)->begin(turn);
  if (!inference) return std::unexpected(inference.error());
  fill_input(impl_->resized, {kWidths[index], kHeight}, inference->input());
  if (const auto ran = inference->run(); !ran) return std::unexpected(ran.error());
  return decode_ctc(inference->output(0), impl_->charset);
}

}  // namespace kinesight::vision::ocr

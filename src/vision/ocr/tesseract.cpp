#include "vision/ocr/tesseract.h"

#include <fmt/format.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "vision/ocr/model_input.h"

/// OpenMP's: how deeply the calling thread's parallel loops may be nested. Declared here because clang has no
/// omp.h for the OpenMP that Tesseract is linked with, GCC's.
extern "C" void omp_set_max_active_levels(int levels);

namespace kinesight::vision::ocr {
namespace {

/// Its network sees lines at 36 pixels, after black and white were made of them: what is enlarged before
/// keeps its edges. Of 36 to 110 pixels, with margins of 0 to 12, this read the most of 108 plates.
constexpr int kHeight = 56;
constexpr int kLongest = 4096;       ///< Of the picture that it is given, pixels.
constexpr int kPixelsPerInch = 300;  ///< It asks for it, and guesses with a warning when not told.
constexpr int kPatienceMs = 5000;
constexpr std::size_t kMostAlternatives = 8;

/// `bgr` in grey, with the height that suits it.
cv::Mat prepared(const cv::Mat& bgr) {
  cv::Mat grey;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  const int width = std::clamp(kHeight * grey.cols / grey.rows, 1, kLongest);
  cv::resize(grey, grey, {width, kHeight}, 0, 0, cv::INTER_CUBIC);
  return grey;
}

/// What the network sees at its steps over one symbol: texts and how likely each is; "" is nothing.
using Steps = std::vector<std::vector<std::pair<const char*, float>>>;

/// The symbol that `found` is at, `symbol`, first; then what else the network sees there, the likeliest
/// first. Each has the highest score of any step.
std::vector<Alternative> place_of(const tesseract::ResultIterator& found, const std::string& symbol) {
  std::vector<Alternative> place{{symbol, 0}};
  const tesseract::ChoiceIterator choices(found);
  const Steps* steps = choices.Timesteps();
  for (const auto& step : steps ? *steps : Steps{}) {
    for (const auto& [text, score] : step) {
      const std::string_view seen = text;
      if (seen.empty() || seen == " ") continue;
      auto known = std::ranges::find(place, seen, &Alternative::text);
      if (known == place.end()) known = place.insert(known, {std::string(seen), 0});
      known->score = std::max(known->score, std::min(score, 1.0F));
    }
  }
  // A symbol that the network sees nowhere is made of several, as a ligature; how sure of it Tesseract is at
  // all.
  if (place.front().score == 0) place.front().score = found.Confidence(tesseract::RIL_SYMBOL) / 100;
  std::ranges::stable_sort(place.begin() + 1, place.end(), std::greater{}, &Alternative::score);
  if (place.size() > kMostAlternatives) place.resize(kMostAlternatives);
  return place;
}

Line line_of(tesseract::ResultIterator& found) {
  Line line;
  const auto add = [&](std::vector<Alternative> place) {
    line.text += place.front().text;
    line.characters.push_back(std::move(place));
  };
  do {
    const std::unique_ptr<const char[]> symbol(found.GetUTF8Text(tesseract::RIL_SYMBOL));
    if (!symbol || !*symbol.get()) continue;
    auto place = place_of(found, symbol.get());
    if (!line.text.empty() && found.IsAtBeginningOf(tesseract::RIL_WORD)) add({{" ", place.front().score}});
    add(std::move(place));
  } while (found.Next(tesseract::RIL_SYMBOL));
  for (const auto& place : line.characters)
    line.score += place.front().score / static_cast<float>(line.characters.size());
  return line;
}

}  // namespace

struct Tesseract::Impl {
  tesseract::TessBaseAPI api;
};

Tesseract::Tesseract(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tesseract::~Tesseract() = default;

Result<std::unique_ptr<Tesseract>> Tesseract::make(const TesseractOptions& options) {
  auto impl = std::make_unique<Impl>();
  auto& api = impl->api;
  // Before Init: it says on stderr what it misses, and our error says it better.
  api.SetVariable("debug_file", "/dev/null");
  const char* folder = options.data_directory.empty() ? nullptr : options.data_directory.c_str();
  if (api.Init(folder, "eng", tesseract::OEM_LSTM_ONLY) != 0) {
    return fail(ErrorKind::not_found,
                "expected Tesseract's data for English, eng.traineddata, in {}, found none that it can read: "
                "install Debian's tesseract-ocr-eng (`scripts/setup run`)",
                folder ? options.data_directory : "its own folder");
  }
  api.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  api.SetVariable("lstm_choice_mode", "2");  // Keep what else a symbol may be.
  if (!options.only.empty()) api.SetVariable("tessedit_char_whitelist", options.only.c_str());
  return std::unique_ptr<Tesseract>(new Tesseract(std::move(impl)));
}

Result<Line> Tesseract::read(const cv::Mat& bgr, const Turn& turn) {
  if (const auto fits = expect_picture(bgr); !fits) return std::unexpected(fits.error());
  if (turn.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped before Tesseract read a line");
  const auto begin = Clock::system().steady();
  const cv::Mat grey = prepared(bgr);
  auto& api = impl_->api;
  api.SetImage(grey.data, grey.cols, grey.rows, 1, static_cast<int>(grey.step));
  api.SetSourceResolution(kPixelsPerInch);
  // Tesseract asks for four threads that wait for each other all the time: where the cores are busy that
  // takes ten times as long as one thread does.
  omp_set_max_active_levels(0);
  tesseract::ETEXT_DESC monitor;
  monitor.set_deadline_msecs(kPatienceMs);
  const bool read = api.Recognize(&monitor) == 0;
  const std::unique_ptr<tesseract::ResultIterator> found(read ? api.GetIterator() : nullptr);
  Line line = found ? line_of(*found) : Line{};
  api.Clear();
  if (turn.times) turn.times->inferred += Clock::system().steady() - begin;
  if (turn.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped while Tesseract read a line");
  if (!read) {
    return fail(ErrorKind::unavailable, "Tesseract did not read a line of {} x {} within {} ms", bgr.cols,
                bgr.rows, kPatienceMs);
  }
  return line;
}

}  // namespace kinesight::vision::ocr

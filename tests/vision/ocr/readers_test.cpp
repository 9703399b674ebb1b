// The readers and the text detector as they are used: on text that the test draws itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgproc.hpp>

#include "support/temp_folder.h"
#include "vision/ocr/model_files.h"
#include "vision/ocr/tesseract.h"
#include "vision/ocr/text_detector.h"
#include "vision/ocr/text_recognizer.h"
#include "vision/tiny_models.h"

namespace kinesight::vision::ocr {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;

void write(cv::Mat& picture, const std::string& text, cv::Point at, double size = 1.5) {
  cv::putText(picture, text, at, kFont, size, cv::Scalar::all(10), 3, cv::LINE_AA);
}

/// A line of dark text on a light ground.
cv::Mat line_of(const std::string& text) {
  int below = 0;
  const auto size = cv::getTextSize(text, kFont, 1.5, 3, &below);
  cv::Mat picture(size.height + below + 16, size.width + 24, CV_8UC3, cv::Scalar(235, 240, 230));
  write(picture, text, {12, size.height + 8});
  return picture;
}

ModelFiles files() {
  const auto found = find_model_files({});
  EXPECT_TRUE(found) << found.error().message;
  return found.value_or(ModelFiles{});
}

class ReadersTest : public testing::Test {
 protected:
  std::unique_ptr<TextReader> ppocr() {
    auto reader = TextRecognizer::load(engine_, files().recognition, Precision::f32);
    EXPECT_TRUE(reader) << reader.error().message;
    return reader ? std::move(*reader) : nullptr;
  }
  static std::unique_ptr<TextReader> tesseract(const TesseractOptions& options = {}) {
    auto reader = Tesseract::make(options);
    EXPECT_TRUE(reader) << reader.error().message;
    return reader ? std::move(*reader) : nullptr;
  }
  std::unique_ptr<TextDetector> detector(const TextDetectorOptions& options = {.precision = Precision::f32}) {
    auto found = TextDetector::load(engine_, files().detection, options);
    EXPECT_TRUE(found) << found.error().message;
    return found ? std::move(*found) : nullptr;
  }

  support::TempFolder folder_;
  Engine engine_;
};

Line read(TextReader& reader, const cv::Mat& picture, const Turn& turn = {}) {
  const auto line = reader.read(picture, turn);
  EXPECT_TRUE(line) << line.error().message;
  return line.value_or(Line{});
}

/// Every place of the text is explained by alternatives, sure ones first.
void expect_explained(const Line& line) {
  std::string spelled;
  for (const auto& place : line.characters) {
    ASSERT_FALSE(place.empty());
    spelled += place.front().text;
    for (const auto& [text, score] : place) {
      EXPECT_FALSE(text.empty());
      EXPECT_GE(score, 0);
      EXPECT_LE(score, 1);
    }
  }
  EXPECT_EQ(spelled, line.text);
}

TEST_F(ReadersTest, BothReadALine) {
  for (const auto& reader : {ppocr(), tesseract()}) {
    for (const std::string text : {"KAB 4711", "DW92HJT", "2026"}) {
      const auto line = read(*reader, line_of(text));
      EXPECT_EQ(line.text, text);
      EXPECT_GT(line.score, 0.8F);
      expect_explained(line);
    }
  }
}

TEST_F(ReadersTest, BothSayWhatTheInferenceTook) {
  for (const auto& reader : {ppocr(), tesseract()}) {
    InferenceTimes times;
    read(*reader, line_of("KAB 4711"), {.times = &times});
    EXPECT_GT(times.inferred, Clock::Duration::zero());
  }
}

TEST_F(ReadersTest, BothRefuseWhatIsNoPictureAndStopWhenToldTo) {
  std::stop_source stop;
  stop.request_stop();
  for (const auto& reader : {ppocr(), tesseract()}) {
    EXPECT_EQ(reader->read({}, {}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(reader->read(cv::Mat(20, 20, CV_8U), {}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(reader->read(line_of("A"), {.stop = stop.get_token()}).error().kind, ErrorKind::cancelled);
  }
}

TEST_F(ReadersTest, BothTakePicturesOfAnyShape) {
  for (const auto& reader : {ppocr(), tesseract()}) {
    for (const cv::Size size : {cv::Size(1, 1), {1, 300}, {3000, 2}}) {
      EXPECT_TRUE(reader->read(cv::Mat(size, CV_8UC3, cv::Scalar::all(128)), {})) << size;
    }
  }
}

TEST_F(ReadersTest, BothAreNotSureOfTextOnAnEmptyGround) {
  for (const auto& reader : {ppocr(), tesseract()}) {
    const auto line = read(*reader, cv::Mat(40, 160, CV_8UC3, cv::Scalar::all(200)));
    EXPECT_LT(line.score, 0.5F) << line.text;
  }
}

TEST_F(ReadersTest, PpOcrSaysThreeAlternativesForEveryPlace) {
  for (const auto& place : read(*ppocr(), line_of("KAB4711")).characters) EXPECT_GE(place.size(), 3U);
}

TEST_F(ReadersTest, PpOcrReadsLinesThatNeedAWiderModel) {
  const auto reader = ppocr();
  std::string text = "DW92HJT";
  for (int i = 0; i < 3; ++i, text += "-" + text) EXPECT_EQ(read(*reader, line_of(text)).text, text);
}

TEST_F(ReadersTest, PpOcrSharesItsModelAmongReaders) {
  const auto one = ppocr(), other = ppocr();
  EXPECT_EQ(engine_.models_in_use(), 1U);
}

TEST_F(ReadersTest, TesseractKeepsToTheCharactersThatItIsTold) {
  EXPECT_EQ(read(*tesseract({.only = "0123456789", .data_directory = ""}), line_of("4711")).text, "4711");
  const auto line = read(*tesseract({.only = "0123456789", .data_directory = ""}), line_of("BOIS"));
  EXPECT_EQ(line.text.find_first_not_of("0123456789 "), std::string::npos) << line.text;
}

TEST_F(ReadersTest, TesseractSaysWhatToInstallWhereItsDataAreMissing) {
  const auto reader = Tesseract::make({.only = "", .data_directory = folder_.path()});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, ErrorKind::not_found);
  EXPECT_THAT(reader.error().message, HasSubstr(folder_.path().string()));
  EXPECT_THAT(reader.error().message, HasSubstr("tesseract-ocr-eng"));
}

TEST_F(ReadersTest, ReadsWhatTheDetectorFindsInAPicture) {
  cv::Mat picture(480, 640, CV_8UC3, cv::Scalar(180, 200, 190));
  write(picture, "KAB 4711", {60, 120});
  write(picture, "EXIT", {380, 400});
  const auto found = detector()->find(picture, {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_THAT(*found, SizeIs(2));
  const auto reader = ppocr();
  EXPECT_EQ(read(*reader, rectify(picture, (*found)[0].corners)).text, "KAB 4711");
  EXPECT_EQ(read(*reader, rectify(picture, (*found)[1].corners)).text, "EXIT");
  // The text's ink is inside of its box, and little else.
  const cv::Rect around =
      cv::boundingRect(std::vector<cv::Point2f>((*found)[1].corners.begin(), (*found)[1].corners.end()));
  EXPECT_TRUE(around.contains({384, 398}) && around.contains({470, 370})) << around;
  EXPECT_LT(around.area(), 140 * 70);
}

TEST_F(ReadersTest, FindsTextInPicturesOfAnyShape) {
  const auto finder = detector({.precision = Precision::f32, .min_side = 0, .max_side = 640});
  for (const cv::Size size : {cv::Size(1, 1), {3000, 10}, {20, 900}, {333, 77}}) {
    const auto found = finder->find(cv::Mat(size, CV_8UC3, cv::Scalar::all(90)), {});
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_THAT(*found, SizeIs(0)) << size;
  }
  EXPECT_EQ(finder->find({}, {}).error().kind, ErrorKind::invalid);
}

TEST_F(ReadersTest, FindsSmallTextThatItEnlargesFirst) {
  cv::Mat picture(120, 160, CV_8UC3, cv::Scalar::all(220));
  cv::putText(picture, "B47", {50, 60}, kFont, 0.5, cv::Scalar::all(10), 1, cv::LINE_AA);
  EXPECT_THAT(*detector()->find(picture, {}), SizeIs(1));
}

TEST_F(ReadersTest, NamesTheModelFileThatIsMissing) {
  std::ofstream(folder_.path() / "ch_PP-OCRv4_det_infer.onnx") << "x";
  const auto found = find_model_files(folder_.path());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_found);
  for (const auto* part : {"found no ch_PP-OCRv4_rec_infer.onnx", "ocr_model_directory", "scripts/setup run"})
    EXPECT_THAT(found.error().message, HasSubstr(part));
  EXPECT_THAT(found.error().message, HasSubstr(folder_.path().string()));
}

TEST_F(ReadersTest, RefusesModelsThatDoSomethingElse) {
  const auto file = folder_.path() / "other.onnx";
  save_onnx({.input = {1, 3, -1, -1}, .output = {1, 300, 6}}, file);
  const auto reader = TextRecognizer::load(engine_, file, Precision::f32);
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message, HasSubstr("expected a model that reads text"));
  const auto finder = TextDetector::load(engine_, file);
  ASSERT_FALSE(finder);
  EXPECT_THAT(finder.error().message, HasSubstr("found 1 outputs, the first of [1, 300, 6]"));
}

TEST_F(ReadersTest, RefusesACharsetThatDoesNotFitTheModel) {
  const auto file = folder_.path() / "short.onnx";
  save_onnx({.input = {1, 3, 48, -1}, .output = {1, 40, 9}, .metadata = {{"character", "A\nB\nC"}}}, file);
  const auto reader = TextRecognizer::load(engine_, file, Precision::f32);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, ErrorKind::invalid);
  EXPECT_THAT(reader.error().message, HasSubstr("[1, steps, 5]"));
}

}  // namespace
}  // namespace kinesight::vision::ocr

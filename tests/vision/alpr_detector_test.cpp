// The detector of licence plates as the configuration makes it: by text alone, and with a model of plates.
#include "vision/alpr_detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_folder.h"
#include "vision/detector_kind.h"
#include "vision/engine.h"
#include "vision/plate/plate_pictures.h"
#include "vision/plate/reading.h"
#include "vision/tiny_models.h"

namespace kinesight::vision {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Frame frame_of(const cv::Mat& picture) {
  const auto pixels = std::make_shared<cv::Mat>(picture);
  Frame frame;
  frame.view = {.format = PixelFormat::bgr24,
                .width = picture.cols,
                .height = picture.rows,
                .planes = {Plane{pixels->data, static_cast<int>(pixels->step)}}};
  frame.pixels = pixels;
  return frame;
}

class AlprDetectorTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Detector>> make(const std::function<void(AlprOptions&)>& change = [](auto&) {}) {
    config::Parsed parsed(AlprOptions::table());
    auto& options = *static_cast<AlprOptions*>(parsed.object());
    options.precision = Precision::f32;
    change(options);
    return alpr_detector_kind().make(parsed, engine_);
  }
  std::vector<Detection> found_in(const cv::Mat& picture, const Result<std::unique_ptr<Detector>>& detector) {
    if (!detector) {
      ADD_FAILURE() << detector.error().message;
      return {};
    }
    auto found = (*detector)->detect(frame_of(picture), {});
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(std::vector<Detection>{});
  }
  /// An end-to-end model that finds one box, in the middle of the picture, of class 0.
  std::string model_of(const std::string& names) {
    const auto file = folder_.path() / "plates.onnx";
    save_onnx({.output = {1, 1, 6}, .values = {10, 24, 54, 40, 0.8F, 0}, .metadata = {{"names", names}}},
              file);
    return file.string();
  }

  support::TempFolder folder_;
  Engine engine_;
};

TEST_F(AlprDetectorTest, FindsPlatesWithoutAModelOfPlates) {
  auto picture = plate::car();
  plate::draw_plate(picture, "RK-755AJ", {200, 300});
  const auto found = found_in(picture, make());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].type, "alpr");
  EXPECT_EQ(found[0].label, "RK755AJ");
  EXPECT_TRUE(found[0].sure());
  ASSERT_TRUE(found[0].plate);
  EXPECT_EQ(found[0].plate->text, "RK755AJ");
  EXPECT_EQ(found[0].plate->characters.size(), 7U);
}

TEST_F(AlprDetectorTest, ItsThresholdSaysWhatCounts) {
  auto picture = plate::car();
  plate::draw_plate(picture, "RK-755AJ", {200, 300});
  const auto found = found_in(picture, make([](auto& options) { options.conf_threshold = 1; }));
  ASSERT_THAT(found, SizeIs(1)) << "what is not sure can still carry a track on";
  EXPECT_FALSE(found[0].sure());
}

TEST_F(AlprDetectorTest, AModelOfPlatesSaysWhereTheyAre) {
  cv::Mat picture = plate::car()(cv::Rect(0, 0, 480, 480)).clone();
  plate::draw_plate(picture, "RK-755AJ", {120, 210});
  const auto found =
      found_in(picture, make([&](auto& o) { o.detector_model_path = model_of("{0: 'License_Plate'}"); }));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].label, "RK755AJ");
  EXPECT_NEAR(found[0].conf, 0.8, 0.01) << "as sure as the model is";
  EXPECT_NEAR(found[0].box.x, 75, 1);
  EXPECT_NEAR(found[0].box.w, 330, 1);
  EXPECT_THAT(
      found_in(plate::car(), make([&](auto& o) { o.detector_model_path = model_of("{0: 'plate'}"); })),
      IsEmpty())
      << "a plate that cannot be read";
}

TEST_F(AlprDetectorTest, AModelOfSomethingElseIsRefused) {
  const auto detector =
      make([&](auto& options) { options.detector_model_path = model_of("{0: 'cat', 1: 'dog'}"); });
  ASSERT_FALSE(detector);
  EXPECT_EQ(detector.error().kind, ErrorKind::invalid);
  EXPECT_THAT(detector.error().message, HasSubstr("expected a model of licence plates"));
  EXPECT_THAT(detector.error().message, HasSubstr("cat"));
}

TEST_F(AlprDetectorTest, TheClassesOfAModelThatNamesNoneCanBeNamed) {
  const auto model = (folder_.path() / "plain.onnx").string();
  save_onnx(yolov8_model(2, 1, 0.8F), model);
  const auto nameless = make([&](auto& options) { options.detector_model_path = model; });
  ASSERT_FALSE(nameless);
  EXPECT_THAT(nameless.error().message, HasSubstr("list them in names:"));
  const auto named = make([&](auto& options) {
    options.detector_model_path = model;
    options.names = {"car", "plate"};
    options.head = "yolov8";
  });
  EXPECT_TRUE(named) << named.error().message;
}

TEST_F(AlprDetectorTest, SaysWhereItMissesItsModels) {
  const auto folder = folder_.path().string();
  const auto detector = make([&](auto& options) { options.ocr_model_directory = folder; });
  ASSERT_FALSE(detector);
  EXPECT_EQ(detector.error().kind, ErrorKind::not_found);
  EXPECT_THAT(detector.error().message, HasSubstr(folder));
}

TEST_F(AlprDetectorTest, TesseractReadsToo) {
  auto picture = plate::car();
  plate::draw_plate(picture, "ABC 1234", {200, 300});
  const auto found =
      found_in(picture, make([](auto& options) { options.ocr_engine = OcrEngine::tesseract; }));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].label, "ABC1234");
}

}  // namespace
}  // namespace kinesight::vision

// Which text of a picture is a plate's, and what it says: on scenes that the test draws.
#include "vision/plate/finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/engine.h"
#include "vision/ocr/model_files.h"
#include "vision/ocr/text_recognizer.h"
#include "vision/plate/plate_pictures.h"

namespace kinesight::vision::plate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class PlateFinderTest : public testing::Test {
 protected:
  Finder finder(int max_plates = 4, int min_side = ocr::TextDetectorOptions{}.min_side) {
    const auto files = ocr::find_model_files({});
    EXPECT_TRUE(files) << files.error().message;
    auto texts = ocr::TextDetector::load(engine_, files->detection,
                                         {.precision = Precision::f32, .min_side = min_side});
    auto reader = ocr::TextRecognizer::load(engine_, files->recognition, Precision::f32);
    return {std::move(*texts), std::move(*reader), max_plates};
  }

  /// The texts of what the finder is sure of.
  std::vector<std::string> plates_in(const cv::Mat& picture, int max_plates = 4) {
    const auto found = finder(max_plates).find(picture, {});
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> texts;
    for (const auto& plate : *found)
      if (plate.conf >= 0.5F) texts.push_back(plate.reading.text);
    return texts;
  }

  Engine engine_;
};

TEST_F(PlateFinderTest, ReadsAPlateAndSaysWhereItIs) {
  auto picture = car();
  const auto box = draw_plate(picture, "RK-755AJ", {200, 300});
  const auto found = finder().find(picture, {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_THAT(*found, SizeIs(1));
  const auto& plate = found->front();
  EXPECT_EQ(plate.reading.text, "RK755AJ");
  EXPECT_GT(plate.reading.score, 0.9F);
  EXPECT_GT(plate.conf, 0.8F);
  EXPECT_NEAR(plate.box.x, box.x, 20);
  EXPECT_NEAR(plate.box.y, box.y, 20);
  EXPECT_NEAR(plate.box.w, box.width, 40);
  EXPECT_NEAR(plate.reading.corners[2].x, box.br().x, 20);
  EXPECT_NEAR(plate.reading.corners[2].y, box.br().y, 20);
  EXPECT_EQ(plate.reading.characters.size(), 7U);
  EXPECT_EQ(plate.reading.candidates.front().text, "RK755AJ");
}

TEST_F(PlateFinderTest, TellsThePlateFromOtherTextOfTheScene) {
  auto picture = car();
  write(picture, "CARRERA", {240, 160}, 24, kPaper);
  write(picture, "0800 123456", {180, 80}, 24, kPaper);
  cv::rectangle(picture, {60, 400, 160, 30}, kPaper, cv::FILLED);
  write(picture, "TOYOTA", {70, 424}, 18);
  draw_plate(picture, "ABC-1234", {200, 250});
  EXPECT_THAT(plates_in(picture), ElementsAre("ABC1234"));
}

TEST_F(PlateFinderTest, ASceneWithoutAPlateHasNone) {
  auto picture = car();
  write(picture, "CARRERA", {240, 160}, 24, kPaper);
  write(picture, "0800 123456", {180, 80}, 24, kPaper);
  cv::rectangle(picture, {180, 300, 220, 40}, kPaper, cv::FILLED);
  write(picture, "PIZZERIA", {195, 330}, 22);
  write(picture, "2012-08-14 16:22", {380, 460}, 14, cv::Scalar(60, 200, 250));
  EXPECT_THAT(plates_in(picture), IsEmpty());
  EXPECT_THAT(plates_in(car()), IsEmpty());
}

TEST_F(PlateFinderTest, ReadsTheTwoLinesOfAMotorcyclesPlate) {
  const auto motorcycle = [](const std::string& upper, const std::string& lower) {
    auto picture = car();
    cv::rectangle(picture, {227, 217, 186, 116}, cv::Scalar::all(20), cv::FILLED);
    cv::rectangle(picture, {230, 220, 180, 110}, kPaper, cv::FILLED);
    write(picture, upper, {320 - width_of(upper, 36) / 2, 268}, 36);
    write(picture, lower, {320 - width_of(lower, 36) / 2, 320}, 36);
    return picture;
  };
  EXPECT_THAT(plates_in(motorcycle("KLM", "4821")), ElementsAre("KLM4821"));
  EXPECT_THAT(plates_in(motorcycle("RK", "299CX")), ElementsAre("RK299CX"))
      << "although the lower line could be a plate";
  EXPECT_THAT(plates_in(motorcycle("KA05", "MG1909")), ElementsAre("KA05MG1909"))
      << "although the lower line could be a plate, and has six characters";
}

TEST_F(PlateFinderTest, ReadsPartsThatStandFarApart) {
  auto picture = car();
  cv::rectangle(picture, {97, 297, 446, 66}, cv::Scalar::all(20), cv::FILLED);
  cv::rectangle(picture, {100, 300, 440, 60}, kPaper, cv::FILLED);
  int x = 116;
  for (const auto* part : {"KB", "806", "MF"}) x += write(picture, part, {x, 346}, 34) + 48;
  EXPECT_THAT(plates_in(picture), ElementsAre("KB806MF"));
}

TEST_F(PlateFinderTest, ReadsATiltedPlate) {
  auto picture = car();
  draw_plate(picture, "WA 56660", {200, 220});
  cv::warpAffine(picture, picture, cv::getRotationMatrix2D({320, 240}, 9, 1), picture.size(),
                 cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  EXPECT_THAT(plates_in(picture), ElementsAre("WA56660"));
}

TEST_F(PlateFinderTest, APlateThatIsCutOffByThePictureIsNotRead) {
  auto picture = car();
  draw_plate(picture, "RK-755AJ", {-25, 300});
  EXPECT_THAT(plates_in(picture), IsEmpty());
}

TEST_F(PlateFinderTest, ReadsAtMostAsManyPlatesAsItMay) {
  auto picture = car();
  draw_plate(picture, "RK-755AJ", {30, 120});
  draw_plate(picture, "ABC-1234", {360, 380});
  EXPECT_THAT(plates_in(picture), SizeIs(2));
  EXPECT_THAT(plates_in(picture, 1), SizeIs(1));
}

TEST_F(PlateFinderTest, ReadsWhatIsInAPlateThatAModelFound) {
  auto picture = car();
  const auto box = draw_plate(picture, "RK-755AJ", {200, 300});
  auto by_model = finder(4, Finder::kExcerptHeight);
  const Box plate(static_cast<float>(box.x), static_cast<float>(box.y), static_cast<float>(box.width),
                  static_cast<float>(box.height));
  const auto found = by_model.read(picture, plate, {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->reading.text, "RK755AJ");
  EXPECT_NEAR((*found)->reading.corners[0].x, box.x, 20) << "corners are the source picture's";

  const auto nothing = by_model.read(car(), plate, {});
  ASSERT_TRUE(nothing) << nothing.error().message;
  EXPECT_FALSE(*nothing);
}

TEST_F(PlateFinderTest, StopsWhenItsTurnIsTakenAway) {
  auto picture = car();
  draw_plate(picture, "RK-755AJ", {200, 300});
  std::stop_source stop;
  stop.request_stop();
  const auto found = finder().find(picture, {.stop = stop.get_token()});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace kinesight::vision::plate

#include "vision/annotate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/rng.h"

namespace kinesight::vision {
namespace {

Detection detection(Box box, const std::string& type = "object", const std::string& label = "person",
                    float conf = 0.87F) {
  return {type, label, conf, box};
}

/// A black picture of that size with the detections drawn, and what is not black in it.
struct Drawn {
  cv::Mat picture;
  cv::Rect touched;

  Drawn(int width, int height, const std::vector<Detection>& detections, double scale = 1)
      : picture(height, width, CV_8UC3, cv::Scalar(0, 0, 0)) {
    annotate(picture, detections, scale);
    cv::Mat grey;
    cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
    touched = cv::boundingRect(grey);
  }
};

TEST(Annotate, DrawsTheBoxWhereTheObjectIs) {
  const Drawn drawn(640, 480, {detection({200, 150, 100, 200})});
  EXPECT_NEAR(drawn.touched.x, 200, 3);
  EXPECT_NEAR(drawn.touched.br().y, 350, 3);
  EXPECT_NE(drawn.picture.at<cv::Vec3b>(250, 200), cv::Vec3b(0, 0, 0)) << "its left side";
  EXPECT_EQ(drawn.picture.at<cv::Vec3b>(250, 250), cv::Vec3b(0, 0, 0)) << "the object itself stays as it is";
  EXPECT_LT(drawn.touched.y, 150) << "the label stands on top";
}

TEST(Annotate, TakesAPictureThatIsSmallerThanTheFrame) {
  const Drawn drawn(320, 180, {detection({960, 540, 480, 270})}, 320.0 / 1920);
  EXPECT_NEAR(drawn.touched.x, 160, 2);
  EXPECT_NEAR(drawn.touched.br().y, 135, 2);
}

TEST(Annotate, LettersGrowWithThePicture) {
  const auto label_height = [](int width, int height) {
    const Drawn drawn(width, height, {detection({width * 0.4F, height * 0.4F, width * 0.2F, height * 0.2F})});
    return static_cast<int>(std::lround(height * 0.4F)) - drawn.touched.y;
  };
  EXPECT_GE(label_height(320, 180), 10);
  EXPECT_LE(label_height(320, 180), 24);
  EXPECT_GE(label_height(1920, 1080), 22);
  EXPECT_GE(label_height(3840, 2160), 44);
  EXPECT_LE(label_height(3840, 2160), 110);
}

TEST(Annotate, ALabelNeverLeavesThePicture) {
  const std::string label = "a rather long name of a class";
  for (const auto& [width, height] : {std::pair{320, 180}, {1920, 1080}, {100, 60}}) {
    for (const Box box : {Box{0, 0, 20, 20},
                          {width - 20.0F, 0, 20, 20},
                          {0, height - 20.0F, 20, 20},
                          {width - 5.0F, height - 5.0F, 5, 5}}) {
      const Drawn full(width, height, {detection(box, "object", label)});
      // The plate is the only area that is filled: it has the colour of the type, whole, wherever the box is.
      cv::Mat filled;
      cv::inRange(full.picture, cv::Scalar(110, 230, 110), cv::Scalar(110, 230, 110), filled);
      const Drawn middle(width, height, {detection({width * 0.3F, height * 0.6F, 5, 5}, "object", label)});
      cv::Mat filled_in_the_middle;
      cv::inRange(middle.picture, cv::Scalar(110, 230, 110), cv::Scalar(110, 230, 110), filled_in_the_middle);
      EXPECT_GE(cv::countNonZero(filled), cv::countNonZero(filled_in_the_middle) * 9 / 10)
          << width << " at " << box.x << ' ' << box.y;
    }
  }
}

TEST(Annotate, TheMostConfidentIsOnTop) {
  const Box box{100, 100, 100, 100};
  const Drawn drawn(400, 300,
                    {detection(box, "weapon", "knife", 0.9F), detection(box, "object", "person", 0.5F)});
  EXPECT_EQ(drawn.picture.at<cv::Vec3b>(150, 100),
            Drawn(400, 300, {detection(box, "weapon")}).picture.at<cv::Vec3b>(150, 100));
}

TEST(Annotate, EveryTypeHasItsColour) {
  const Box box{100, 100, 100, 100};
  std::vector<int> colours;
  for (const char* type : {"object", "weapon", "fire", "smoke", "alpr", "something new"}) {
    const auto colour = Drawn(400, 300, {detection(box, type)}).picture.at<cv::Vec3b>(150, 100);
    colours.push_back(colour[0] << 16 | colour[1] << 8 | colour[2]);
  }
  std::ranges::sort(colours);
  EXPECT_EQ(std::ranges::adjacent_find(colours), colours.end());
}

TEST(Annotate, SurvivesAnyBox) {
  Rng rng(31);
  for (int i = 0; i < 300; ++i) {
    std::vector<Detection> detections;
    for (int n = 0; n < 3; ++n) {
      const auto number = [&] { return static_cast<float>(rng.uniform(-5000, 5000)); };
      detections.push_back(detection({number(), number(), number(), number()}, "object",
                                     std::string(static_cast<std::size_t>(rng.integer(0, 80)), 'w'),
                                     static_cast<float>(rng.uniform(-1, 2))));
    }
    Drawn(rng.integer(1, 300), rng.integer(1, 300), detections);
  }
  Drawn(100, 100, {detection({10, 50, 20, 20}, "object", "Größe 刀\n\x01")});
  cv::Mat nothing;
  annotate(nothing, {});
}

TEST(EncodeJpeg, MakesAFileThatCanBeReadBack) {
  const Drawn drawn(320, 240, {detection({50, 60, 100, 100})});
  const auto good = encode_jpeg(drawn.picture, 95), small = encode_jpeg(drawn.picture, 20);
  ASSERT_TRUE(good && small);
  EXPECT_LT(small->size(), good->size());
  const auto back = cv::imdecode(*good, cv::IMREAD_COLOR);
  EXPECT_EQ(back.size(), cv::Size(320, 240));
  EXPECT_LT(cv::norm(back, drawn.picture, cv::NORM_L1) / static_cast<double>(back.total()), 12);
}

TEST(EncodeJpeg, RefusesWhatIsNoPicture) {
  EXPECT_EQ(encode_jpeg(cv::Mat(), 90).error().kind, ErrorKind::invalid);
  EXPECT_EQ(encode_jpeg(cv::Mat(8, 8, CV_8UC3), 0).error().kind, ErrorKind::invalid);
  EXPECT_EQ(encode_jpeg(cv::Mat(8, 8, CV_8UC3), 101).error().kind, ErrorKind::invalid);
  EXPECT_EQ(encode_jpeg(cv::Mat(1, 70000, CV_8UC3), 90).error().kind, ErrorKind::invalid)
      << "JPEG ends at 65500 pixels";
}

}  // namespace
}  // namespace kinesight::vision

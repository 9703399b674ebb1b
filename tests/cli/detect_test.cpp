// Pictures through detectors: what is printed, what is wrong with what cannot be looked at.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <opencv2/imgcodecs.hpp>

#include "cli/command_line.h"
#include "cli/detections.h"
#include "support/temp_folder.h"
#include "vision/tiny_models.h"

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// With a model that finds one "thing" in every picture, the more confident the brighter it is.
class Detect : public testing::Test {
 protected:
  Detect() { vision::save_mean_model(model()); }

  fs::path model() const { return folder_.path() / "mean.xml"; }
  /// A grey picture of 128 x 64: the model sees it with grey bands above and below.
  std::string picture(const std::string& name, int level = 255) const {
    const auto file = folder_.path() / name;
    fs::create_directories(file.parent_path());
    cv::imwrite(file, cv::Mat(64, 128, CV_8UC3, cv::Scalar(level, level, level)));
    return file;
  }
  Ran detect(std::vector<std::string> more) const {
    std::vector<std::string> words = {
        "detect", "--type", "object", "--param", "model_path=" + model().string(), "--param", "names=thing"};
    words.insert(words.end(), more.begin(), more.end());
    return kinesight_run(words);
  }
  std::string config(const std::string& more) const {
    const auto file = folder_.path() / "cameras.yaml";
    std::ofstream(file)
        << "publishers: {local: {enabled: true}}\ncameras:\n  front:\n"
           "    source: {type: file, path: a.mp4}\n    detectors:\n    - type: object\n      params: "
           "{model_path: "
        << model().string() << ", names: [thing], conf_threshold: 0.5}\n"
        << more;
    return file;
  }

  support::TempFolder folder_;
};

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

TEST_F(Detect, SaysInJsonWhatIsWhereALineAPicture) {
  const auto bright = picture("bright.png", 255), dark = picture("dark.png", 0);
  const Ran ran = detect({"--json", bright, dark});
  ASSERT_EQ(ran.code, kOk) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["image"], bright);
  ASSERT_EQ(lines[0]["detections"].size(), 1U);
  const auto& found = lines[0]["detections"][0];
  EXPECT_EQ(found["type"], "object");
  EXPECT_EQ(found["label"], "thing");
  EXPECT_NEAR(found["conf"], (1 + 114.0 / 255) / 2, 0.01) << "half picture, half bands";
  EXPECT_EQ(found["bbox"], json({16, 0, 96, 64}));
  EXPECT_EQ(found["extras"], json::object());
  EXPECT_EQ(lines[1], json({{"image", dark}, {"detections", json::array()}}));
}

TEST_F(Detect, SaysItInATableAndDrawsIt) {
  const auto out = folder_.path() / "out";
  const Ran ran = detect({picture("a/x.png"), picture("b/x.jpg"), "--annotate", out});
  ASSERT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("a/x.png: \n  object   thing  "), HasSubstr("16,    0    96 x 64")));
  EXPECT_TRUE(fs::exists(out / "x.annotated.jpg"));
  const auto second = cv::imread(out / "x-2.annotated.jpg");
  ASSERT_EQ(second.size(), cv::Size(128, 64)) << "two of a name do not overwrite each other";
  EXPECT_NE(second.at<cv::Vec3b>(32, 16), cv::Vec3b(255, 255, 255)) << "the left side of the box";
}

TEST_F(Detect, OneBadPictureDoesNotKeepTheOthersFromIt) {
  std::ofstream(folder_.path() / "text.jpg") << "This is a text.";
  const Ran ran =
      detect({"--json", folder_.path() / "absent.jpg", folder_.path() / "text.jpg", picture("good.png")});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_EQ(lines_of(ran.out).size(), 1U);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("absent.jpg: there is no such file"),
                             HasSubstr("text.jpg: expected a JPEG, PNG, WebP or BMP picture")));
}

TEST_F(Detect, ParamsAreTheOptionsOfTheType) {
  const auto image = picture("x.png");
  EXPECT_THAT(detect({"--param", "conf_threshold=0.9", image}).out, HasSubstr("x.png: nothing"));
  const Ran wrong =
      detect({"--param", "conf_treshold=0.9", "--param", "iou_threshold=7", "--param", "head", image});
  EXPECT_EQ(wrong.code, kInvalid);
  EXPECT_THAT(wrong.err,
              AllOf(HasSubstr("unknown option 'conf_treshold' of object; did you mean 'conf_threshold'?"),
                    HasSubstr("--param iou_threshold: expected a number from 0 to 1, found '7'"),
                    HasSubstr("expected key=value, found 'head'")));
  EXPECT_THAT(kinesight_run({"detect", "--type", "object", image}).err,
              HasSubstr("--param model_path: expected a string that is not empty, found nothing"));
  EXPECT_THAT(kinesight_run({"detect", "--type", "objekt", image}).err, HasSubstr("did you mean 'object'?"));
}

TEST_F(Detect, ACameraLooksWithItsRegionsAndSizes) {
  const auto image = picture("x.png");
  const auto found = [&](const std::string& more) {
    const Ran ran = kinesight_run({"detect", "--json", "--config", config(more), image});
    EXPECT_EQ(ran.code, kOk) << ran.err;
    return lines_of(ran.out).at(0)["detections"].size();
  };
  EXPECT_EQ(found(""), 1U);
  // The box is 96 x 64 at (16, 0) of 128 x 64: it stands on the middle of the lower edge.
  EXPECT_EQ(found("    regions:\n    - {name: left, polygon: [[0, 0], [0.4, 0], [0.4, 1], [0, 1]]}\n"), 0U);
  EXPECT_EQ(found("    regions:\n    - {name: low, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]}\n"), 1U);
  EXPECT_EQ(
      found(
          "    regions:\n    - {name: low, mode: exclude, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]}\n"),
      0U);
}

TEST_F(Detect, NeedsToKnowWithWhat) {
  const auto image = picture("x.png");
  EXPECT_THAT(kinesight_run({"detect", image}).err,
              HasSubstr("expected either --type or --config, found neither"));
  EXPECT_THAT(kinesight_run({"detect", "--config", config(""), "--camera", "frnt", image}).err,
              HasSubstr("no camera 'frnt'; did you mean 'front'?"));
  EXPECT_THAT(kinesight_run({"detect", "--config", config(""), "--param", "a=b", image}).err,
              HasSubstr("--param goes with --type"));
  EXPECT_THAT(kinesight_run({"detect", "--type", "object"}).err, HasSubstr("IMAGE: expected"));
}

TEST_F(Detect, AModelThatFailsInTheMiddleOfARunCostsThatPictureAlone) {
  vision::save_failing_model(model(), 0.6F);
  const Ran ran = detect({"--json", picture("bright.png", 255), picture("dark.png", 0)});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("bright.png"), HasSubstr("an inference failed")));
  EXPECT_THAT(ran.out, HasSubstr("dark.png"));
}

TEST(NamesFor, EachIsItsOwn) {
  EXPECT_THAT(names_for({"a/x.mp4", "b/x.mp4", "x-2.mp4", "c/x.avi"}, ".y"),
              ElementsAre("x.y", "x-2.y", "x-2-2.y", "x-3.y"));
}

}  // namespace
}  // namespace kinesight::cli

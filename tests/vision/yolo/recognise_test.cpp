#include "vision/yolo/recognise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::vision::yolo {
namespace {

using testing::HasSubstr;

ModelInfo model(int width, int height, std::vector<std::vector<std::int64_t>> outputs) {
  ModelInfo info{"models/a.onnx", width, height, {}, {}};
  for (auto& shape : outputs) info.outputs.push_back({"output", std::move(shape)});
  return info;
}

struct Case {
  const char* what;
  int width, height;
  std::vector<std::int64_t> shape;
  const char* head;
  int classes;
};

class Recognise : public testing::TestWithParam<Case> {};

TEST_P(Recognise, TellsTheHeadByItsShape) {
  const auto& [what, width, height, shape, head, classes] = GetParam();
  const auto found = recognise(model(width, height, {shape}), "auto");
  ASSERT_TRUE(found) << what << ": " << found.error().message;
  EXPECT_EQ(found->name, head) << what;
  EXPECT_EQ(found->head->classes(), classes) << what;
  EXPECT_TRUE(recognise(model(width, height, {shape}), head)) << what << ", asked for by name";
}

INSTANTIATE_TEST_SUITE_P(
    Published, Recognise,
    testing::Values(
        Case{"YOLOv8n", 640, 640, {1, 84, 8400}, "yolov8", 80},
        Case{"YOLO11, 2 classes, 480 x 640", 640, 480, {1, 6, 6300}, "yolov8", 2},
        Case{"YOLOv8n-p6", 1280, 1280, {1, 84, 34000}, "yolov8", 80},
        Case{"YOLOv8n-p2", 640, 640, {1, 84, 34000}, "yolov8", 80},
        Case{"YOLOv8, one class", 640, 640, {1, 5, 8400}, "yolov8", 1},
        Case{"YOLOv5s", 640, 640, {1, 25200, 85}, "yolov5", 80},
        Case{"YOLOv5s6", 1280, 1280, {1, 102000, 85}, "yolov5", 80},
        Case{"YOLOv5, one class: six wide as well", 640, 640, {1, 25200, 6}, "yolov5", 1},
        Case{"YOLOX-nano", 416, 416, {1, 3549, 85}, "yolox", 80},
        Case{"YOLOX-s", 640, 640, {1, 8400, 85}, "yolox", 80},
        Case{"YOLOX, one class: six wide as well", 416, 416, {1, 3549, 6}, "yolox", 1},
        Case{"YOLOv10", 640, 640, {1, 300, 6}, "end2end", 0},
        Case{"suppression inside, as many boxes as there are", 640, 640, {1, -1, 6}, "end2end", 0}));

TEST(Recognise, ReadsTheFirstOutputOfThreeDimensions) {
  const auto found = recognise(model(640, 640, {{1, 3, 80, 80, 85}, {1, 25200, 85}}), "auto");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->output, 1U);
}

TEST(Recognise, SaysWhatWasExpectedAndWhatWasFound) {
  const auto classifier = recognise(model(224, 224, {{1, 1000}}), "auto");
  ASSERT_FALSE(classifier);
  EXPECT_EQ(classifier.error().kind, ErrorKind::invalid);
  for (const char* part :
       {"models/a.onnx", "224 x 224", "yolov8 [1, 4 + classes, 1029]", "yolox [1, 1029, 5 + classes]",
        "yolov5 [1, 3087, 5 + classes]", "end2end [1, boxes, 6]", "found [1, 1000]"}) {
    EXPECT_THAT(classifier.error().message, HasSubstr(part));
  }
}

TEST(Recognise, TakesNoOtherHeadThanTheOneThatIsAskedFor) {
  const auto wrong = recognise(model(640, 640, {{1, 84, 8400}}), "yolov5");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("yolov5 [1, 25200, 5 + classes]; found [1, 84, 8400]"));
}

TEST(Recognise, TakesNoBatchesAndNoOpenShapes) {
  EXPECT_FALSE(recognise(model(640, 640, {{8, 84, 8400}}), "auto"));
  EXPECT_FALSE(recognise(model(640, 640, {{1, 84, -1}}), "auto"));
  EXPECT_FALSE(recognise(model(640, 640, {}), "auto"));
  EXPECT_FALSE(recognise(model(640, 640, {{1, 4, 8400}}), "auto")) << "no classes";
}

TEST(Recognise, TakesNoModelForAnotherTask) {
  auto pose = model(640, 640, {{1, 56, 8400}});
  pose.metadata["task"] = "pose";
  const auto found = recognise(pose, "auto");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("'pose'"));
  pose.metadata["task"] = "detect";
  EXPECT_TRUE(recognise(pose, "auto"));
}

}  // namespace
}  // namespace kinesight::vision::yolo

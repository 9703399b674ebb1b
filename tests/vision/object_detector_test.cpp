// The whole way, from a frame to detections, with models of every head.
#include "vision/object_detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <fstream>
#include <limits>
#include <thread>

#include "support/temp_folder.h"
#include "vision/engine.h"
#include "vision/options_fire_smoke.h"
#include "vision/pictures.h"
#include "vision/tiny_models.h"

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ObjectDetectorTest : public testing::Test {
 protected:
  fs::path file(const std::string& name) const { return folder_.path() / name; }

  Result<std::unique_ptr<Detector>> make(const std::function<void(ObjectOptions&)>& change, Engine& engine) {
    config::Parsed parsed(ObjectOptions::table());
    auto& options = *static_cast<ObjectOptions*>(parsed.object());
    options.precision = Precision::f32;
    change(options);
    return object_detector_kind().make(parsed, engine);
  }
  Result<std::unique_ptr<Detector>> make(const std::string& name) {
    return make([&](ObjectOptions& options) { options.model_path = file(name); }, engine_);
  }
  Error failure(const std::function<void(ObjectOptions&)>& change) {
    const auto detector = make(change, engine_);
    return detector ? Error{ErrorKind::invalid, "it was made"} : detector.error();
  }
  /// What the detector of the model `name` finds in a frame of 640 x 320.
  std::vector<Detection> found_by(const std::string& name) {
    auto detector = make(name);
    if (!detector) {
      ADD_FAILURE() << detector.error().message;
      return {};
    }
    auto found = (*detector)->detect(Picture::frame(plain(640, 320)), {});
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : std::vector<Detection>{};
  }

  support::TempFolder folder_;
  std::string notes_;
  Engine engine_{{.patience = {.for_turn = 30s}, .note = [this](std::string_view note) { notes_ += note; }}};
};

MATCHER_P4(IsBox, x, y, w, h, "") {
  return std::abs(arg.x - x) < 0.01 && std::abs(arg.y - y) < 0.01 && std::abs(arg.w - w) < 0.01 &&
         std::abs(arg.h - h) < 0.01;
}

TEST_F(ObjectDetectorTest, FindsWithAYolov8Model) {
  auto model = yolov8_model(2, 1, 0.75F);
  model.metadata = {{"names", "{0: 'knife', 1: 'gun'}"}, {"task", "detect"}};
  save_onnx(model, file("v8.onnx"));
  const auto found = found_by("v8.onnx");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].type, "object");
  EXPECT_EQ(found[0].label, "gun");
  EXPECT_FLOAT_EQ(found[0].conf, 0.75F);
  // In the input of 64 x 64 the frame is 64 x 32, 16 pixels from the top: ten frame pixels to one.
  EXPECT_THAT(found[0].box, IsBox(220, 30, 200, 100));
}

TEST_F(ObjectDetectorTest, FindsWithAYolov5Model) {
  TinyModel model{.output = {1, 3 * 84, 7},
                  .values = {32, 32, 20, 10, 0.9F, 0.9F, 0.1F},
                  .metadata = {{"names", "['a', 'b']"}}};
  save_onnx(model, file("v5.onnx"));
  const auto found = found_by("v5.onnx");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].label, "a");
  EXPECT_NEAR(found[0].conf, 0.81, 1e-6);
  EXPECT_THAT(found[0].box, IsBox(220, 110, 200, 100));
}

TEST_F(ObjectDetectorTest, FindsWithAYoloxModel) {
  // The first cell of stride 8, and no metadata at all: an exporter of YOLOX writes none.
  TinyModel model{.input = {1, 3, 80, 160},
                  .output = {1, 10 * 20 + 5 * 10 + 2 * 5, 85},
                  .values = {1, 1, 0, 0, 0.9F, 0.8F}};
  save_onnx(model, file("x.onnx"));
  const auto found = found_by("x.onnx");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].label, "person");
  EXPECT_THAT(found[0].box, IsBox(16, 16, 32, 32));  // Four frame pixels to one; the frame lies at the top.
  EXPECT_THAT(notes_, HasSubstr("COCO"));
}

TEST_F(ObjectDetectorTest, FindsWithAnEndToEndModelThatKeepsItsOverlaps) {
  TinyModel model{.output = {1, 300, 6}, .metadata = {{"names", "{0: 'a', 1: 'b'}"}}};
  model.values = {10, 20, 30, 40, 0.6F, 1, 10, 20, 30, 40, 0.9F, 1};
  save_onnx(model, file("e2e.onnx"));
  const auto found = found_by("e2e.onnx");
  ASSERT_EQ(found.size(), 2U) << "the model decides what is one object";
  EXPECT_FLOAT_EQ(found[0].conf, 0.9F) << "the most confident first";
  EXPECT_THAT(found[0].box, IsBox(100, 40, 200, 200));
}

TEST_F(ObjectDetectorTest, FindsWithAnExportedOpenVinoFolder) {
  const auto folder = file("v8_openvino_model");
  fs::create_directory(folder);
  save_ir(yolov8_model(2, 0, 0.75F), folder / "v8.xml");
  std::ofstream(folder / "metadata.yaml") << "task: detect\nnames:\n  0: knife\n  1: gun\n";
  for (const char* name : {"v8_openvino_model", "v8.pt"}) {
    const auto found = found_by(name);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].label, "knife");
  }
}

TEST_F(ObjectDetectorTest, LimitsBoxesToTheFrame) {
  TinyModel model{.output = {1, 300, 6}, .metadata = {{"names", "['a']"}}};
  model.values = {-50, -50, 20, 30, 0.9F, 0, 60, 40, 90, 90, 0.8F, 0,
                  0,   0,   64, 15, 0.7F, 0, 30, 30, 30, 40, 0.6F, 0};
  save_onnx(model, file("out.onnx"));
  const auto found = found_by("out.onnx");
  ASSERT_EQ(found.size(), 2U) << "one box lies in the padding, one is empty";
  EXPECT_THAT(found[0].box, IsBox(0, 0, 200, 140));
  EXPECT_THAT(found[1].box, IsBox(600, 240, 40, 80));
}

TEST_F(ObjectDetectorTest, ReportsTargetClassesOnly) {
  TinyModel model{.output = {1, 300, 6}, .metadata = {{"names", "['knife', 'gun']"}}};
  model.values = {0, 20, 10, 30, 0.9F, 0, 20, 20, 30, 30, 0.8F, 1};
  save_onnx(model, file("two.onnx"));
  const auto labels = [&](std::vector<std::string> targets) {
    auto detector = make(
        [&](ObjectOptions& options) {
          options.model_path = file("two.onnx");
          options.target_classes = std::move(targets);
        },
        engine_);
    const auto found = (*detector)->detect(Picture::frame(plain(64, 64)), {});
    std::vector<std::string> all;
    for (const auto& detection : *found) all.push_back(detection.label);
    return all;
  };
  EXPECT_THAT(labels({}), ElementsAre("knife", "gun"));
  EXPECT_THAT(labels({"gun"}), ElementsAre("gun"));

  EXPECT_THAT(labels({"gun", "rifle"}), ElementsAre("gun")) << "a model need not know all of them";

  const auto error = failure([&](ObjectOptions& options) {
    options.model_path = file("two.onnx");
    options.target_classes = {"pistol", "rifle"};
  });
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.message, HasSubstr("'pistol', 'rifle'; it knows: knife, gun"));
}

TEST_F(ObjectDetectorTest, AllClassesOfATargetsNameCount) {
  auto model = yolov8_model(2, 1, 0.75F);
  model.metadata = {{"names", "{0: 'Gun', 1: 'gun'}"}};
  save_onnx(model, file("two.onnx"));
  auto detector = make(
      [&](ObjectOptions& options) {
        options.model_path = file("two.onnx");
        options.target_classes = {"gun"};
      },
      engine_);
  ASSERT_TRUE(detector) << detector.error().message;
  const auto found = (*detector)->detect(Picture::frame(plain(640, 320)), {});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1U) << "of the class that is the second of that name";
}

TEST_F(ObjectDetectorTest, AModelThatSaysNoNumbersOrNoScoresIsAFaultAndNotAnEmptyScene) {
  const auto error_of = [&](TinyModel model, const std::string& name) {
    model.metadata = {{"names", "['a', 'b']"}};
    save_onnx(model, file(name));
    const auto found = (*make(name))->detect(Picture::frame(plain(640, 320)), {});
    return found ? Error{ErrorKind::invalid, "it found things"} : found.error();
  };
  auto broken = yolov8_model(2, 0, 0.9F);
  for (auto& value : broken.values) value = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(error_of(broken, "nan.onnx").kind, ErrorKind::corrupt);
  EXPECT_THAT(error_of(broken, "nan.onnx").message, HasSubstr("NaN"));
  EXPECT_THAT(error_of(yolov8_model(2, 0, 4.2F), "logits.onnx").message,
              HasSubstr("expected scores from 0 to 1, found 4.2"));
}

TEST_F(ObjectDetectorTest, FireAndSmokeAreNoOptionToSpeakOf) {
  auto model = yolov8_model(2, 0, 0.75F);
  model.metadata = {{"names", "['flame', 'fog']"}};
  save_onnx(model, file("flames.onnx"));
  config::Parsed parsed(FireSmokeOptions::table());
  static_cast<FireSmokeOptions*>(parsed.object())->model_path = file("flames.onnx");
  const auto detector = fire_smoke_detector_kind().make(parsed, engine_);
  ASSERT_FALSE(detector);
  EXPECT_THAT(
      detector.error().message,
      testing::AllOf(HasSubstr("expected a model that knows 'fire', 'smoke'"), HasSubstr("flame, fog"),
                     HasSubstr("names:"), testing::Not(HasSubstr("target_classes"))));
}

TEST_F(ObjectDetectorTest, SaysWhyAModelCannotBeUsed) {
  save_onnx({.output = {1, 1000}}, file("classifier.onnx"));
  EXPECT_THAT(make("classifier.onnx").error().message, HasSubstr("found [1, 1000]"));
  auto three = yolov8_model(3, 0, 0.5F);
  three.metadata["names"] = "['a', 'b']";
  save_onnx(three, file("three.onnx"));
  EXPECT_THAT(make("three.onnx").error().message, HasSubstr("3 classes"));
  EXPECT_THAT(failure([&](ObjectOptions& options) {
                options.model_path = file("three.onnx");
                options.names = {"a", "b", "c"};
                options.head = "yolov5";
              }).message,
              HasSubstr("expected for its input of 64 x 64"));
  EXPECT_EQ(make("none.onnx").error().kind, ErrorKind::not_found);
  EXPECT_EQ(engine_.models_in_use(), 0U);
}

TEST_F(ObjectDetectorTest, AClassWithoutANameIsAFaultOfTheModel) {
  save_onnx(
      {.output = {1, 300, 6}, .values = {0, 20, 10, 30, 0.9F, 7}, .metadata = {{"names", "['a', 'b']"}}},
      file("seven.onnx"));
  const auto found = (*make("seven.onnx"))->detect(Picture::frame(plain(64, 64)), {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(found.error().message, HasSubstr("class 7"));
}

TEST_F(ObjectDetectorTest, CamerasShareTheModel) {
  save_onnx(yolov8_model(80, 0, 0.5F), file("v8.onnx"));
  const auto one = make("v8.onnx"), other = make("v8.onnx");
  EXPECT_TRUE(one && other);
  EXPECT_EQ(engine_.models_in_use(), 1U);
}

TEST_F(ObjectDetectorTest, FindsTheSameInManyThreadsAtOnce) {
  save_mean_model(file("mean.xml"));
  const auto with_names = [&](ObjectOptions& options) {
    options.model_path = file("mean.xml");
    options.names = {"light"};
    options.conf_threshold = 0.05;
  };
  constexpr int kThreads = 8, kFrames = 50;
  std::vector<Frame> frames;
  for (int i = 0; i < kFrames; ++i) frames.push_back(Picture::frame(plain(64, 64, 30 + 4 * i)));

  auto alone = *make(with_names, engine_);
  std::vector<float> expected;
  for (const auto& frame : frames) expected.push_back((*alone->detect(frame, {})).at(0).conf);
  EXPECT_LT(expected.front() + 0.5F, expected.back()) << "what is found depends on the frame";

  std::vector<std::vector<float>> seen(kThreads);
  std::barrier together(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        auto detector = *make(with_names, engine_);
        together.arrive_and_wait();
        for (int i = 0; i < kFrames;
             ++i) {  // Each thread begins elsewhere, so that neighbours work on different frames.
          const auto found = detector->detect(frames[static_cast<std::size_t>((i + 7 * t) % kFrames)], {});
          seen[static_cast<std::size_t>(t)].push_back(found ? found->at(0).conf : -1);
        }
      });
    }
  }
  for (int t = 0; t < kThreads; ++t) {
    for (int i = 0; i < kFrames; ++i) {
      EXPECT_EQ(seen[static_cast<std::size_t>(t)][static_cast<std::size_t>(i)],
                expected[static_cast<std::size_t>((i + 7 * t) % kFrames)]);
    }
  }
}

TEST_F(ObjectDetectorTest, DropsTheFrameWhenTheEngineIsBusy) {
  save_onnx(yolov8_model(80, 0, 0.5F), file("v8.onnx"));
  Engine impatient({.patience = {.for_turn = 10ms}});
  auto detector = *make([&](ObjectOptions& options) { options.model_path = file("v8.onnx"); }, impatient);
  const auto model = *impatient.load(file("v8.onnx"), Precision::f32);
  std::vector<Inference> taken;
  for (std::size_t i = 0; i < impatient.concurrency(); ++i) taken.push_back(std::move(*model->begin({})));
  EXPECT_EQ(detector->detect(Picture::frame(plain(64, 64)), {}).error().kind, ErrorKind::unavailable);

  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(detector->detect(Picture::frame(plain(64, 64)), {.stop = stop.get_token()}).error().kind,
            ErrorKind::cancelled);
  taken.clear();
  EXPECT_TRUE(detector->detect(Picture::frame(plain(64, 64)), {}));
}

TEST_F(ObjectDetectorTest, RefusesAFrameWithoutPixels) {
  save_onnx(yolov8_model(80, 0, 0.5F), file("v8.onnx"));
  EXPECT_EQ((*make("v8.onnx"))->detect(Frame{}, {}).error().kind, ErrorKind::invalid);
}

TEST(ObjectOptions, HasTheDefaultsOfTheDocumentation) {
  const auto& table = ObjectOptions::table();
  EXPECT_EQ(table.name(), "object");
  EXPECT_TRUE(table.find("model_path")->required);
  EXPECT_EQ(table.find("conf_threshold")->default_text, "0.5");
  EXPECT_EQ(table.find("iou_threshold")->default_text, "0.45");
  EXPECT_EQ(table.find("head")->default_text, "auto");
  EXPECT_EQ(table.find("precision")->default_text, "auto");
}

}  // namespace
}  // namespace kinesight::vision

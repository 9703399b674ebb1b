#include "vision/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <thread>

#include "support/temp_folder.h"
#include "vision/tiny_models.h"

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

TinyModel boxes(std::vector<float> values = {}) {
  return {.output = {1, 300, 6}, .values = std::move(values)};
}

class EngineTest : public testing::Test {
 protected:
  fs::path file(const std::string& name) const { return folder_.path() / name; }
  std::shared_ptr<Model> load(const fs::path& path, Precision precision = Precision::f32) {
    auto model = engine_.load(path, precision);
    EXPECT_TRUE(model) << model.error().message;
    return model ? *model : nullptr;
  }
  Error failure(const fs::path& path) {
    const auto model = engine_.load(path, Precision::f32);
    return model ? Error{ErrorKind::invalid, "it was loaded"} : model.error();
  }

  support::TempFolder folder_;
  Engine engine_;
};

TEST_F(EngineTest, TellsWhatAModelSaysOfItself) {
  auto tiny = boxes();
  tiny.metadata = {{"names", "{0: 'knife'}"}, {"stride", "32"}};
  save_onnx(tiny, file("a.onnx"));
  const auto model = load(file("a.onnx"));
  EXPECT_EQ(model->info().width, 64);
  EXPECT_EQ(model->info().height, 64);
  ASSERT_EQ(model->info().outputs.size(), 1U);
  EXPECT_EQ(model->info().outputs[0].shape, (std::vector<std::int64_t>{1, 300, 6}));
  EXPECT_EQ(model->info().metadata.at("names"), "{0: 'knife'}");
  EXPECT_EQ(model->info().metadata.at("stride"), "32");
}

TEST_F(EngineTest, RunsAModel) {
  save_ir(boxes({1, 2, 3, 4, 0.5F, 6}), file("a.xml"));
  auto inference = load(file("a.xml"))->begin({});
  ASSERT_TRUE(inference);
  EXPECT_EQ(inference->input().size(), 3U * 64 * 64);
  ASSERT_TRUE(inference->run());
  const auto output = inference->output(0);
  EXPECT_EQ(output.shape, (std::vector<std::size_t>{1, 300, 6}));
  EXPECT_THAT(std::vector<float>(output.data.begin(), output.data.begin() + 6),
              testing::ElementsAre(1, 2, 3, 4, 0.5F, 6));
}

TEST_F(EngineTest, GivesOpenSizesThoseOfTheMetadataOrTheUsual) {
  auto tiny = boxes();
  tiny.input = {-1, 3, -1, -1};
  save_onnx(tiny, file("open.onnx"));
  EXPECT_EQ(load(file("open.onnx"))->info().width, 640);
  tiny.metadata["imgsz"] = "[96, 128]";
  save_onnx(tiny, file("sized.onnx"));
  const auto model = load(file("sized.onnx"));
  EXPECT_EQ(model->info().height, 96);
  EXPECT_EQ(model->info().width, 128);
}

TEST_F(EngineTest, TakesAPictureWithItsColoursLast) {
  auto tiny = boxes();
  tiny.input = {1, 48, 64, 3};
  save_ir(tiny, file("nhwc.xml"));
  const auto model = load(file("nhwc.xml"));
  EXPECT_EQ(model->info().width, 64);
  EXPECT_EQ(model->info().height, 48);
}

TEST_F(EngineTest, SharesOneModelAmongAllWhoUseTheFile) {
  save_onnx(boxes(), file("a.onnx"));
  fs::create_symlink(file("a.onnx"), file("link.onnx"));
  auto one = load(file("a.onnx")), other = load(file("link.onnx"));
  EXPECT_EQ(one, other);
  EXPECT_EQ(engine_.models_in_use(), 1U);
  EXPECT_NE(load(file("a.onnx"), Precision::automatic), one) << "compiled otherwise";
  EXPECT_EQ(engine_.models_in_use(), 1U) << "freed with its last user";
  one.reset();
  other.reset();
  EXPECT_EQ(engine_.models_in_use(), 0U);
}

TEST_F(EngineTest, LoadsAFileAnewThatWasReplaced) {
  save_onnx(boxes({0, 0, 0, 0, 0, 1}), file("a.onnx"));
  const auto before = load(file("a.onnx"));
  save_onnx(boxes({0, 0, 0, 0, 0, 2}), file("a.onnx"));
  fs::last_write_time(file("a.onnx"), fs::file_time_type::clock::now() + 1h);
  EXPECT_NE(load(file("a.onnx")), before);
}

/// What of this process's memory is a view of a file that `name` is in.
std::vector<std::string> mappings_of(const std::string& name) {
  std::ifstream maps("/proc/self/maps");
  std::vector<std::string> found;
  for (std::string line; std::getline(maps, line);)
    if (line.contains(name)) found.push_back(line);
  return found;
}

TEST_F(EngineTest, AModelInUseIsNoViewOfItsFile) {
  // Otherwise `cp` over the file would change the weights under the cameras, or end the service by a bus
  // error.
  save_slow_model(file("weights-of-a-camera.xml"));
  const auto model = load(file("weights-of-a-camera.xml"));
  EXPECT_THAT(mappings_of("weights-of-a-camera"), testing::IsEmpty());
}

TEST_F(EngineTest, LoadsOnceForThreadsThatComeTogether) {
  save_onnx(boxes(), file("a.onnx"));
  std::array<std::shared_ptr<Model>, 4> models;
  {
    std::vector<std::jthread> threads;
    for (auto& model : models) threads.emplace_back([&] { model = load(file("a.onnx")); });
  }
  EXPECT_EQ(engine_.models_in_use(), 1U);
  EXPECT_EQ(std::ranges::count(models, models[0]), 4);
}

TEST_F(EngineTest, LoadsNothingAfterItsEndHasComeNear) {
  save_onnx(boxes(), file("a.onnx"));
  save_onnx(boxes(), file("b.onnx"));
  const auto in_use = load(file("a.onnx"));
  engine_.close();
  EXPECT_EQ(failure(file("b.onnx")).kind, ErrorKind::cancelled);
  EXPECT_TRUE(in_use->begin({})) << "what runs goes on";
}

TEST_F(EngineTest, AModelOutlivesTheEngine) {
  save_mean_model(file("mean.xml"));
  std::shared_ptr<Model> model;
  {
    Engine engine;
    model = *engine.load(file("mean.xml"), Precision::f32);
  }
  EXPECT_TRUE(model->begin({})->run());
}

TEST_F(EngineTest, SaysWhatIsWrongWithAFile) {
  EXPECT_EQ(failure(file("none.onnx")).kind, ErrorKind::not_found);
  std::ofstream(file("empty.onnx")).close();
  std::ofstream(file("text.onnx")) << "this is not a model\n";
  std::ofstream(file("zeros.onnx")) << std::string(5000, '\0');
  std::ofstream(file("html.xml")) << "<html><body>404</body></html>";
  std::ofstream(file("html.bin")) << "x";
  for (const char* name : {"empty.onnx", "text.onnx", "zeros.onnx", "html.xml"}) {
    const auto error = failure(file(name));
    EXPECT_EQ(error.kind, ErrorKind::corrupt) << error.message;
    EXPECT_THAT(error.message, HasSubstr(name));
    EXPECT_THAT(error.message, testing::Not(HasSubstr("\n"))) << "one line for a person";
    EXPECT_THAT(error.message, testing::Not(HasSubstr("Exception from")));
  }
  EXPECT_EQ(engine_.models_in_use(), 0U);
}

TEST_F(EngineTest, SurvivesAFileThatIsCutAnywhere) {
  save_onnx(boxes(), file("whole.onnx"));
  std::ifstream in(file("whole.onnx"), std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(in), {});
  for (std::size_t length = 1; length < whole.size() - 1; length += whole.size() / 23) {
    std::ofstream(file("cut.onnx"), std::ios::binary | std::ios::trunc) << whole.substr(0, length);
    const auto error = failure(file("cut.onnx"));
    EXPECT_NE(error.message, "it was loaded") << "cut at " << length;
  }
  save_ir(boxes(), file("cut.xml"));
  fs::resize_file(file("cut.bin"), 100);
  EXPECT_EQ(failure(file("cut.xml")).kind, ErrorKind::corrupt);
}

TEST_F(EngineTest, TakesNoModelForAnythingButOnePicture) {
  auto tiny = boxes();
  tiny.input = {1, 1, 64, 64};
  save_onnx(tiny, file("grey.onnx"));
  EXPECT_THAT(failure(file("grey.onnx")).message, HasSubstr("found [1, 1, 64, 64]"));
  tiny.input = {1, 3, 64, 100000};
  save_onnx(tiny, file("wide.onnx"));
  EXPECT_THAT(failure(file("wide.onnx")).message, HasSubstr("8192"));
  EXPECT_EQ(failure(file("wide.onnx")).kind, ErrorKind::invalid);
}

TEST_F(EngineTest, IsUnavailableWhenEveryInferenceIsTaken) {
  save_ir(boxes(), file("a.xml"));
  Engine engine({.patience = {.for_turn = 20ms}});
  const auto model = *engine.load(file("a.xml"), Precision::f32);
  std::vector<Inference> taken;
  for (std::size_t i = 0; i < engine.concurrency(); ++i) taken.push_back(std::move(*model->begin({})));
  const auto begin = std::chrono::steady_clock::now();
  const auto refused = model->begin({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable) << refused.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  taken.pop_back();
  EXPECT_TRUE(model->begin({})) << "free again";
}

TEST_F(EngineTest, OneLineForAllModels) {
  save_ir(boxes(), file("a.xml"));
  save_mean_model(file("b.xml"));
  Engine engine({.patience = {.for_turn = 20ms}});
  const auto a = *engine.load(file("a.xml"), Precision::f32);
  const auto b = *engine.load(file("b.xml"), Precision::f32);
  std::vector<Inference> taken;
  for (std::size_t i = 0; i < engine.concurrency(); ++i) taken.push_back(std::move(*a->begin({})));
  EXPECT_FALSE(b->begin({})) << "two models would share the processors that one has";
  taken.pop_back();
  EXPECT_TRUE(b->begin({}));
}

TEST_F(EngineTest, TellsWaitingAndComputingApart) {
  save_slow_model(file("slow.xml"));
  Engine engine;
  const auto model = *engine.load(file("slow.xml"), Precision::f32);
  std::vector<Inference> taken;
  for (std::size_t i = 0; i < engine.concurrency(); ++i) taken.push_back(std::move(*model->begin({})));
  InferenceTimes times;
  std::jthread waiting([&] {
    auto inference = model->begin({.times = &times});
    ASSERT_TRUE(inference);
    EXPECT_GT(times.waited, 0s);
    EXPECT_EQ(times.inferred, 0s);
    EXPECT_TRUE(inference->run());
    EXPECT_GT(times.inferred, 0s);
  });
  while (engine.waiting() == 0) std::this_thread::yield();
  taken.clear();
}

std::chrono::nanoseconds time_of(const std::function<void()>& job) {
  const auto begin = std::chrono::steady_clock::now();
  job();
  return std::chrono::steady_clock::now() - begin;
}

TEST_F(EngineTest, StopCancelsAnInference) {
  save_slow_model(file("slow.xml"));
  const auto model = load(file("slow.xml"));
  std::stop_source stop;
  std::optional stoppable = *model->begin({.stop = stop.get_token()});
  std::ranges::fill(stoppable->input(), 0.5F);
  std::jthread stopper([&] { stop.request_stop(); });
  Result<> result;
  const auto cancelled = time_of([&] { result = stoppable->run(); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled) << result.error().message;
  stoppable.reset();
  auto again = model->begin({});
  const auto whole = time_of([&] { EXPECT_TRUE(again->run()) << "it can be used again"; });
  EXPECT_LT(cancelled, whole / 2) << "it did not wait for the end";
}

TEST_F(EngineTest, AnInferenceIsGivenUpAfterItsTimeLimit) {
  save_slow_model(file("slow.xml"));
  Engine engine({.patience = {.for_result = 5ms}});
  const auto model = *engine.load(file("slow.xml"), Precision::f32);
  for (int i = 0; i < 3; ++i) {
    const auto result = model->begin({})->run();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable) << result.error().message;
  }
}

}  // namespace
}  // namespace kinesight::vision

// The models folder: what gets in, what is said of it, and what is wrong with what does not.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command_line.h"
#include "support/temp_folder.h"
#include "vision/tiny_models.h"

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void append(const fs::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

vision::TinyModel with_names(vision::TinyModel model, const std::string& names) {
  model.metadata["names"] = names;
  return model;
}

class Models : public testing::Test {
 protected:
  Models() { fs::create_directories(inbox()); }

  fs::path inbox() const { return folder_.path() / "inbox"; }
  fs::path shelf() const { return folder_.path() / "models"; }

  /// A model of two classes that an exporter has named.
  fs::path good_model(const std::string& name = "weapons.onnx") const {
    vision::save_onnx(with_names(vision::yolov8_model(2, 1, 0.9F), "{0: 'knife', 1: 'gun'}"), inbox() / name);
    return inbox() / name;
  }

  Ran models(const std::string& verb, std::vector<std::string> more) const {
    std::vector<std::string> words = {"models", verb, "--directory", shelf()};
    words.insert(words.end(), more.begin(), more.end());
    return kinesight_run(words);
  }
  std::set<std::string> on_the_shelf() const {
    std::set<std::string> names;
    std::error_code absent;
    for (const auto& entry : fs::recursive_directory_iterator(shelf(), absent))
      names.insert(fs::relative(entry.path(), shelf()));
    return names;
  }
  /// The one line of `models check --json MODEL`, which must fail.
  std::string problem_of(const std::string& model, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--json", model});
    const Ran ran = models("check", more);
    EXPECT_EQ(ran.code, kFailed);
    const auto line = json::parse(ran.out);
    EXPECT_FALSE(line["good"]);
    return line["problems"].size() == 1 ? line["problems"][0].get<std::string>() : line.dump();
  }

  support::TempFolder folder_;
};

TEST_F(Models, AddCopiesTriesAndDescribes) {
  const auto file = good_model();
  const Ran ran = models("add", {file});
  ASSERT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("weapons: yolov8, 2 classes (knife, gun), 64 x 64 pixels, "));
  EXPECT_THAT(ran.out, HasSubstr("  model_path: " + (shelf() / "weapons.onnx").string() + "\n"));
  EXPECT_THAT(on_the_shelf(), ElementsAre("weapons.json", "weapons.onnx"));
  EXPECT_EQ(text_of(shelf() / "weapons.onnx"), text_of(file));
  const auto card = json::parse(text_of(shelf() / "weapons.json"));
  EXPECT_EQ(card["head"], "yolov8");
  EXPECT_EQ(card["classes"], json({"knife", "gun"}));
  EXPECT_EQ(card["input"], json({64, 64}));
  EXPECT_GT(card["ms"], 0);
  EXPECT_GE(card["processors"], 1);
  EXPECT_EQ(card["files"][0]["bytes"], fs::file_size(file));
  EXPECT_EQ(models("check", {"weapons"}).code, kOk);
}

TEST_F(Models, OneThatNeedsItsFilesGetsAFolderWithAllOfThem) {
  const auto exported = inbox() / "fire_openvino_model";
  fs::create_directory(exported);
  vision::save_ir(vision::yolov8_model(2, 1, 0.9F), exported / "best.xml");
  std::ofstream(exported / "metadata.yaml") << "names:\n  0: fire\n  1: smoke\n";
  const Ran ran = models("add", {exported});
  ASSERT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(on_the_shelf(),
              ElementsAre("fire", "fire.json", "fire/best.bin", "fire/best.xml", "fire/metadata.yaml"));
  EXPECT_THAT(ran.out, HasSubstr("2 classes (fire, smoke)"));
  fs::remove(shelf() / "fire/metadata.yaml");
  EXPECT_THAT(problem_of("fire"), HasSubstr("metadata.yaml"));
}

TEST_F(Models, WhatTheFileDoesNotSayIsSaidOnceAndKept) {
  vision::save_onnx(vision::yolov8_model(2, 1, 0.9F), inbox() / "plain.onnx");
  const Ran without = models("add", {inbox() / "plain.onnx"});
  EXPECT_EQ(without.code, kInvalid);
  EXPECT_THAT(without.err, HasSubstr("names"));
  const Ran with = models("add", {inbox() / "plain.onnx", "--names", "knife, gun", "--head", "yolov8"});
  ASSERT_EQ(with.code, kOk) << with.err;
  EXPECT_THAT(with.out, HasSubstr("  head: yolov8\n  names: [\"knife\", \"gun\"]\n"));
  EXPECT_EQ(models("check", {}).code, kOk);
}

TEST_F(Models, AFileOfTheFolderGetsACardWhereItIs) {
  fs::create_directories(shelf());
  fs::rename(good_model(), shelf() / "weapons.onnx");
  ASSERT_EQ(models("add", {shelf() / "weapons.onnx"}).code, kOk);
  EXPECT_THAT(on_the_shelf(), ElementsAre("weapons.json", "weapons.onnx"));
  const Ran again = models("add", {shelf() / "weapons.onnx"});
  EXPECT_THAT(again.err, HasSubstr("is registered already"));
}

TEST_F(Models, WhatIsThereIsReplacedOnlyWhenAsked) {
  ASSERT_EQ(models("add", {good_model()}).code, kOk);
  vision::save_onnx(with_names(vision::yolov8_model(1, 0, 0.9F), "['rifle']"), inbox() / "other.onnx");
  const auto before = text_of(shelf() / "weapons.onnx");
  const Ran refused = models("add", {inbox() / "other.onnx", "--name", "weapons"});
  EXPECT_EQ(refused.code, kInvalid);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("is there already"), HasSubstr("--force")));
  EXPECT_EQ(text_of(shelf() / "weapons.onnx"), before);
  ASSERT_EQ(models("add", {inbox() / "other.onnx", "--name", "weapons", "--force"}).code, kOk);
  EXPECT_THAT(models("check", {}).out, HasSubstr("1 class (rifle)"));
  EXPECT_THAT(on_the_shelf(), ElementsAre("weapons.json", "weapons.onnx"));
}

TEST_F(Models, ReplacingOneOfSeveralFilesLeavesNoneOfThem) {
  vision::save_ir(vision::yolov8_model(2, 1, 0.9F), inbox() / "weapons.xml");
  ASSERT_EQ(models("add", {inbox() / "weapons.xml", "--names", "knife,gun"}).code, kOk);
  ASSERT_EQ(models("add", {good_model(), "--force"}).code, kOk);
  EXPECT_THAT(on_the_shelf(), ElementsAre("weapons", "weapons.json", "weapons.onnx"));
}

TEST_F(Models, ARefusedModelLeavesNothing) {
  append(inbox() / "text.onnx", "not a model");
  EXPECT_EQ(models("add", {inbox() / "text.onnx"}).code, kFailed);
  EXPECT_EQ(models("add", {good_model(), "--name", "../weapons"}).code, kInvalid);
  EXPECT_EQ(models("add", {good_model(), "--head", "yolox"}).code, kInvalid);
  EXPECT_THAT(on_the_shelf(), IsEmpty());
}

TEST_F(Models, AFolderThatCannotBeWrittenIsAnError) {
  const Ran ran = kinesight_run({"models", "add", "--directory", "/dev/null/models", good_model()});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("/dev/null/models"));
}

TEST_F(Models, ListShowsWhatIsRegistered) {
  EXPECT_EQ(models("list", {"--json"}).out, "") << "a folder that is not there holds nothing";
  ASSERT_EQ(models("add", {good_model()}).code, kOk);
  append(shelf() / "labels.json", R"({"somebody": "else's"})");
  const Ran table = models("list", {});
  EXPECT_THAT(table.out, HasSubstr("weapons.onnx"));
  EXPECT_EQ(table.code, kOk);
  const auto line = json::parse(models("list", {"--json"}).out);
  EXPECT_EQ(line["name"], "weapons");
  EXPECT_EQ(kinesight_run({"models", "list", "--json"}, {{"KINESIGHT_MODELS_DIRECTORY", shelf()}}).out,
            models("list", {"--json"}).out);
  append(shelf() / "broken.json", R"({"kinesight_model": 1, "name": "broken")");
  const Ran damaged = models("list", {});
  EXPECT_EQ(damaged.code, kFailed);
  EXPECT_THAT(damaged.err, HasSubstr("broken.json"));
  EXPECT_THAT(damaged.out, HasSubstr("weapons.onnx")) << "the others are shown all the same";
}

TEST_F(Models, ACardCannotReachOutOfItsFolder) {
  ASSERT_EQ(models("add", {good_model()}).code, kOk);
  auto card = json::parse(text_of(shelf() / "weapons.json"));
  card["model"] = "../inbox/weapons.onnx";
  std::ofstream(shelf() / "weapons.json") << card.dump();
  EXPECT_THAT(problem_of("weapons"), HasSubstr("in its own folder"));
}

// What can be wrong with a model, and what is said of it.

TEST_F(Models, CheckSaysThatAFileIsMissing) {
  EXPECT_THAT(problem_of(inbox() / "absent.onnx"), HasSubstr("absent.onnx: no such model file"));
  EXPECT_THAT(problem_of("absent"), HasSubstr("no model is called 'absent'"));
  ASSERT_EQ(models("add", {good_model()}).code, kOk);
  fs::remove(shelf() / "weapons.onnx");
  EXPECT_THAT(problem_of("weapons"), HasSubstr("weapons.onnx: No such file"));
}

TEST_F(Models, CheckSaysThatAFileIsCutOrAnother) {
  const auto file = good_model();
  ASSERT_EQ(models("add", {file}).code, kOk);
  fs::resize_file(file, fs::file_size(file) / 2);
  EXPECT_THAT(problem_of(file), HasSubstr("expected a model"));
  fs::resize_file(shelf() / "weapons.onnx", fs::file_size(file));
  EXPECT_THAT(problem_of("weapons"), AllOf(HasSubstr("bytes that were registered"), HasSubstr("found")));
}

TEST_F(Models, CheckSaysThatItIsOfAnotherHead) {
  EXPECT_THAT(problem_of(good_model(), {"--head", "yolov5"}),
              AllOf(HasSubstr("yolov5"), HasSubstr("[1, 6, 84]")));
  const Ran unknown = models("check", {good_model(), "--head", "yolo9000"});
  EXPECT_EQ(unknown.code, kInvalid);
  EXPECT_THAT(unknown.err, HasSubstr("--head: expected one of auto, yolov8, yolox, yolov5, end2end"));
}

TEST_F(Models, CheckSaysThatItHasOtherClasses) {
  EXPECT_THAT(problem_of(good_model(), {"--names", "knife,gun,rifle"}),
              AllOf(HasSubstr("3"), HasSubstr("2")));
}

TEST_F(Models, CheckSaysThatItFailsInTheMiddleOfARun) {
  vision::save_failing_model(inbox() / "failing.xml", 0.2F);
  EXPECT_THAT(problem_of(inbox() / "failing.xml", {"--names", "thing"}), HasSubstr("an inference failed"));
  vision::save_failing_model(inbox() / "enduring.xml", 0.9F);
  EXPECT_EQ(models("check", {inbox() / "enduring.xml", "--names", "thing"}).code, kOk)
      << "grey is not bright enough";
}

TEST_F(Models, CheckSaysThatScoresAreNone) {
  auto model = with_names(vision::yolov8_model(2, 1, -2), "{0: 'knife', 1: 'gun'}");
  for (std::size_t i = model.values.size() / 3 * 2; i < model.values.size(); ++i) model.values[i] = -2;
  vision::save_onnx(model, inbox() / "logits.onnx");
  EXPECT_THAT(problem_of(inbox() / "logits.onnx"), HasSubstr("expected scores from 0 to 1, found -2.0"));
}

TEST_F(Models, CheckFindsClassesWithoutANameThatNoOutputShapeTells) {
  // An end-to-end model names classes by number, row by row: the third of two.
  vision::TinyModel model;
  model.output = {1, 1, 6};
  model.values = {8, 8, 40, 40, 0.01F, 2};
  vision::save_onnx(with_names(model, "['knife', 'gun']"), inbox() / "unsure.onnx");
  EXPECT_THAT(problem_of(inbox() / "unsure.onnx"), HasSubstr("class 2, but only 2 have a name"));
}

TEST_F(Models, CheckSaysWhatTheCardSaysOtherwise) {
  ASSERT_EQ(models("add", {good_model()}).code, kOk);
  auto card = json::parse(text_of(shelf() / "weapons.json"));
  card["classes"] = {"knife", "banana"};
  std::ofstream(shelf() / "weapons.json") << card.dump();
  EXPECT_EQ(problem_of("weapons"), "classes: its card says knife, banana, the file knife, gun");
}

TEST_F(Models, CheckGoesOnAfterABadOne) {
  ASSERT_EQ(models("add", {good_model()}).code, kOk);
  ASSERT_EQ(models("add", {good_model("another.onnx")}).code, kOk);
  append(shelf() / "another.onnx", "x");
  const Ran ran = models("check", {});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("another: BAD\n"), HasSubstr("weapons: good\n")));
}

}  // namespace
}  // namespace kinesight::cli

#include "vision/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_folder.h"

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class FindModel : public testing::Test {
 protected:
  fs::path touch(const fs::path& name, const std::string& text = "x") {
    const fs::path file = folder_.path() / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return fs::canonical(file);
  }
  std::string failure(const fs::path& name, ErrorKind kind) {
    const auto found = find_model(folder_.path() / name);
    if (found) return "found " + found->string();
    EXPECT_EQ(found.error().kind, kind) << found.error().message;
    return found.error().message;
  }

  support::TempFolder folder_;
};

TEST_F(FindModel, TakesAFileAsItIs) {
  const auto onnx = touch("a.onnx");
  EXPECT_EQ(*find_model(onnx), onnx);
  touch("b.bin");
  const auto ir = touch("b.xml");
  EXPECT_EQ(*find_model(ir), ir);
}

TEST_F(FindModel, FollowsLinks) {
  const auto onnx = touch("a.onnx");
  fs::create_symlink(onnx, folder_.path() / "link.onnx");
  EXPECT_EQ(*find_model(folder_.path() / "link.onnx"), onnx) << "so that both share one compiled model";
}

TEST_F(FindModel, TakesTheOneModelOfAnExportedFolder) {
  touch("yolo_openvino_model/yolo.bin");
  touch("yolo_openvino_model/metadata.yaml");
  const auto ir = touch("yolo_openvino_model/yolo.xml");
  EXPECT_EQ(*find_model(folder_.path() / "yolo_openvino_model"), ir);
  const auto onnx = touch("exported/best.onnx");
  EXPECT_EQ(*find_model(folder_.path() / "exported/"), onnx);
}

TEST_F(FindModel, AsksWhichWhereAFolderHasSeveral) {
  touch("several/a.onnx");
  touch("several/b.onnx");
  EXPECT_THAT(failure("several", ErrorKind::invalid), HasSubstr("found 2"));
  fs::create_directory(folder_.path() / "empty");
  EXPECT_THAT(failure("empty", ErrorKind::not_found), HasSubstr("found neither"));
}

TEST_F(FindModel, TakesWhatWasExportedFromACheckpoint) {
  touch("m/best.pt");
  touch("m/best_openvino_model/best.bin");
  const auto ir = touch("m/best_openvino_model/best.xml");
  EXPECT_EQ(*find_model(folder_.path() / "m/best.pt"), ir);
  const auto onnx = touch("m/best.onnx");
  EXPECT_EQ(*find_model(folder_.path() / "m/best.pt"), onnx);
  fs::remove(folder_.path() / "m/best.pt");
  EXPECT_EQ(*find_model(folder_.path() / "m/best.pt"), onnx) << "the checkpoint itself is not needed";
}

TEST_F(FindModel, SaysHowToExportACheckpoint) {
  const auto checkpoint = touch("m/best.pt").string();
  EXPECT_THAT(failure("m/best.pt", ErrorKind::invalid),
              HasSubstr("yolo export model=" + checkpoint + " format=onnx"));
  EXPECT_THAT(failure("m/other.pt", ErrorKind::not_found), HasSubstr("no such file"));
}

TEST_F(FindModel, SaysWhatIsMissing) {
  EXPECT_THAT(failure("none.onnx", ErrorKind::not_found), HasSubstr("none.onnx"));
  touch("lonely.xml");
  EXPECT_THAT(failure("lonely.xml", ErrorKind::not_found), HasSubstr("lonely.bin"));
  touch("model.engine");
  EXPECT_THAT(failure("model.engine", ErrorKind::invalid), HasSubstr("expected an .onnx"));
}

TEST_F(FindModel, ReadsTheMetadataBesideAnOpenVinoModel) {
  const auto ir = touch("m/a.xml");
  EXPECT_TRUE(metadata_beside(ir).empty());
  touch("m/metadata.yaml", "task: detect\nimgsz:\n- 480\n- 640\nnames:\n  0: person\n  1: traffic light\n");
  const auto metadata = metadata_beside(ir);
  EXPECT_EQ(metadata.at("task"), "detect");
  EXPECT_EQ(metadata.at("imgsz"), "[480, 640]");
  EXPECT_EQ(metadata.at("names"), "{0: person, 1: traffic light}");
  EXPECT_TRUE(metadata_beside(touch("m/a.onnx")).empty()) << "an ONNX file carries its own";
  touch("m/metadata.yaml", "names: {0: [");
  EXPECT_TRUE(metadata_beside(ir).empty());
  touch("m/metadata.yaml", "just text");
  EXPECT_TRUE(metadata_beside(ir).empty());
}

}  // namespace
}  // namespace kinesight::vision

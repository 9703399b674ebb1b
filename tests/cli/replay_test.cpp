// Recordings through a configuration: what is asked wrongly. What comes of it when all is well is shown with
// real videos (tests/system/test_replay.py).
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "cli/command_line.h"
#include "cli/replay/output.h"
#include "support/temp_folder.h"
#include "vision/tiny_models.h"

namespace kinesight::cli {
namespace {

using testing::HasSubstr;

class Replay : public testing::Test {
 protected:
  Replay() {
    vision::save_mean_model(folder_.path() / "mean.xml");
    std::ofstream(config())
        << "publishers: {local: {enabled: true}}\ncameras:\n  front:\n"
           "    source: {type: file, path: a.mp4}\n    detectors: [{type: object, params: "
           "{model_path: "
        << (folder_.path() / "mean.xml").string() << ", names: [thing]}}]\n";
  }
  std::string config() const { return folder_.path() / "cameras.yaml"; }
  Ran replay(std::vector<std::string> more) const {
    more.insert(more.begin(), {"replay", "--config", config()});
    return kinesight_run(more);
  }

  support::TempFolder folder_;
};

TEST_F(Replay, SaysWhichRecordingIsNone) {
  EXPECT_THAT(replay({folder_.path() / "absent.mp4"}).err, HasSubstr("absent.mp4': there is no such file"));
  std::ofstream(folder_.path() / "text.mp4") << "This is a text.";
  const Ran ran = replay({folder_.path() / "text.mp4", "--output", folder_.path() / "out"});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("text.mp4"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out")) << "nothing is begun";
}

/// The disk is full when the last lines are written, which are held back until then.
TEST_F(Replay, SaysWhenItsFilesCannotBeWritten) {
  for (const auto* name : {"events.ndjson", "near_misses.ndjson"}) {
    const auto out = folder_.path() / ("full " + std::string(name));
    std::filesystem::create_directories(out);
    std::filesystem::create_symlink("/dev/full", out / name);
    auto output = ReplayOutput::create(out, {"a.mp4"}, 5, true);
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->event({}));
    ASSERT_TRUE(output->near_miss({}));
    const auto finished = output->finish();
    ASSERT_FALSE(finished);
    EXPECT_THAT(finished.error().message, HasSubstr(name));
  }
}

TEST_F(Replay, SaysWhatIsAskedWrongly) {
  EXPECT_EQ(replay({"a.mp4", "--start", "noon"}).code, kInvalid);
  EXPECT_THAT(replay({"a.mp4", "--start", "noon"}).err, HasSubstr("--start: "));
  EXPECT_THAT(replay({"a.mp4", "--camera", "back"}).err, HasSubstr("no camera 'back'"));
  EXPECT_THAT(replay({}).err, HasSubstr("VIDEO: expected"));
  EXPECT_THAT(kinesight_run({"replay", "--config", folder_.path() / "absent.yaml", "a.mp4"}).err,
              HasSubstr("absent.yaml"));
}

}  // namespace
}  // namespace kinesight::cli

// What stands around cameras.yaml: the environment, secret files, models and videos, the file system itself.
#include <gmock/gmock.h>

#include <fstream>

#include "config/cameras_file.h"
#include "config/sample_catalog.h"
#include "support/temp_folder.h"

namespace kinesight::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CamerasFileAround, EnvironmentOverridesTheFile) {
  const Environment environment = environment_of({{"KDS_BATCH_SIZE", "20"},
                                                  {"KDS_STREAM_NAME", "other"},
                                                  {"KINESIGHT_STATE_DIRECTORY", "/var/lib/kinesight"}});
  const Loaded file = load_text(good_text(), environment);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->publishers[0].options.as<SampleSink>().batch_size, 20);
  EXPECT_EQ(file->publishers[0].options.as<SampleSink>().stream_name, "other");
  EXPECT_EQ(file->service.state_directory, "/var/lib/kinesight");
  EXPECT_TRUE(load_text(good_but("    stream_name: events", ""), environment))
      << "required, and the environment has it";
  EXPECT_TRUE(load_text(good_text(), environment_of({{"KDS_BATCH_SIZE", ""}}))) << "empty counts as not set";
  EXPECT_THAT(
      problems(good_text(), environment_of({{"KDS_BATCH_SIZE", "lots"}})),
      ElementsAre("c.yaml: publishers.kds.batch_size: expected a whole number from 1 to 500, found 'lots' in "
                  "environment variable KDS_BATCH_SIZE"));
}

TEST(CamerasFileAround, Placeholders) {
  const std::string text = good_but("events", "\"${SITE}-events\"");
  const Loaded file = load_text(text, environment_of({{"SITE", "berlin"}}));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->publishers[0].options.as<SampleSink>().stream_name, "berlin-events");
  EXPECT_THAT(problems(text),
              ElementsAre("c.yaml:3: publishers.kds.stream_name: expected the environment variable SITE "
                          "to be set, and it is not"));
}

TEST(CamerasFileAround, SecretsComeFromFilesAndAreNeverShown) {
  const support::TempFolder folder;
  const auto path = folder.path() / "password";
  std::ofstream(path) << "hunter2\n";
  const auto with = [](const std::string& option) { return good_but("loop: yes", option); };
  const Loaded file = load_text(with("password_file: " + path.string()));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->cameras[0].source->options.as<SampleSource>().password, "hunter2");
  EXPECT_THAT(
      problems(with("password_file: /does/not/exist")),
      ElementsAre(
          "c.yaml:7: cameras.front.source.password_file: '/does/not/exist' cannot be read: No such file or "
          "directory"));
  EXPECT_THAT(
      problems(with("password: a, password_file: " + path.string())),
      ElementsAre("c.yaml:7: cameras.front.source.password_file: expected this or 'password', found both"));
  EXPECT_THAT(problems(with("password: [hunter2]")), ElementsAre(testing::Not(HasSubstr("hunter2"))));
}

TEST(CamerasFileAround, WarnsOfWhatWillNotWork) {
  EXPECT_THAT(problems(good_but("path: /,", "path: /gone.mp4,")),
              ElementsAre("c.yaml:7: warning: cameras.front.source.path: no such file or folder: /gone.mp4"));
  EXPECT_THAT(problems(good_but("fps_target: 2.5", "enabled: no")),
              ElementsAre("c.yaml:4: warning: cameras: no camera is enabled; there is nothing to do"));
  EXPECT_THAT(
      problems(good_text().substr(good_text().find("cameras:"))),
      ElementsAre(
          "c.yaml:1: warning: publishers: no publisher is enabled; events are counted and go nowhere"));
}

TEST(CamerasFileAround, DoesNotWarnOfWhatIsSwitchedOff) {
  EXPECT_TRUE(
      problems(good_text() + "  spare: {enabled: false, source: {type: file, path: /gone.mp4}}\n").empty());
  EXPECT_TRUE(problems(good_text() + "  spare: {enabled: false, kvs: {stream_name: s}}\n").empty());
}

TEST(CamerasFileAround, MergeKeysAndAliases) {
  const Loaded file = load_text(R"(publishers: {kds: {stream_name: s}}
cameras:
  front: &front
    fps_target: 2
    source: {type: file, path: /}
    detectors: &detectors
      - type: object
  back:
    <<: *front
    fps_target: 3
  side: {source: {type: file, path: /}, detectors: *detectors}
)");
  ASSERT_TRUE(file) << to_string(file.error().front());
  ASSERT_EQ(file->cameras.size(), 3u);
  EXPECT_EQ(file->cameras[1].options.fps_target, 3);
  EXPECT_EQ(file->cameras[1].source->type, "file");
  EXPECT_EQ(file->cameras[2].detectors.size(), 1u);
}

TEST(CamerasFileAround, FileThatCannotBeRead) {
  const support::TempFolder folder;
  const auto load = [](const std::filesystem::path& path) {
    const Loaded file = load_cameras_file(path, sample_catalog(), no_environment());
    return file || file.error().size() != 1 ? std::string("no problem") : to_string(file.error().front());
  };
  EXPECT_EQ(load("/does/not/exist.yaml"), "/does/not/exist.yaml: cannot be read: No such file or directory");
  EXPECT_EQ(load(folder.path()), folder.path().string() + ": expected a file, found a folder");
  const auto large = folder.path() / "large.yaml";
  std::ofstream(large) << "# " << std::string(1024 * 1024, 'x');
  EXPECT_EQ(load(large), large.string() + ": expected at most 1048576 bytes, found more");
}

}  // namespace
}  // namespace kinesight::config

#include "config/cameras_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/sample_catalog.h"

namespace kinesight::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kTop = R"(
state_directory: ./state
outbox: {max_bytes: 2000000}
publishers:
  kds: {stream_name: events}
cameras:
)";

std::string camera(const std::string& extra = "", const std::string& source = "",
                   const std::string& detector = "") {
  return "  a:\n    source: {type: file, path: ., password: \"${SECRET}\"" + source + "}\n" + extra +
         "    detectors: [{type: object" + detector + "}]\n";
}

const Environment kSecret = environment_of({{"SECRET", "s"}});

CamerasFile load(const std::string& text, const Environment& environment = kSecret) {
  auto file = load_text(text, environment);
  EXPECT_TRUE(file) << text << to_string(file.error().front());
  return file ? std::move(*file) : CamerasFile();
}

bool same(const std::string& one, const std::string& other, const Environment& environment = kSecret) {
  return same_camera(load(kTop + one).cameras.at(0), load(kTop + other, environment).cameras.at(0));
}

TEST(CamerasDifference, WhatMeansTheSameIsTheSame) {
  EXPECT_TRUE(same(camera(), camera()));
  EXPECT_TRUE(same(
      camera(), "  # A comment.\n\n" + camera("    fps_target: 5.0\n    enabled: true\n", ", loop: false")));
}

TEST(CamerasDifference, AnyOptionOfAnyPartCounts) {
  for (const auto& other :
       {camera("    fps_target: 4\n"), camera("    time_zone: Europe/Berlin\n"), camera("", ", loop: true"),
        camera("", ", pace: max"), camera("    motion_gate: {enabled: true}\n"),
        camera("    bitstream_gate: {ratio: 4}\n"), camera("    overload: {ladder: [keyframes]}\n"),
        camera("    regions: [{name: x, polygon: [[0, 0], [1, 0], [1, 1]]}]\n"),
        camera("", "", ", params: {conf_threshold: 0.5}"),
        camera("", "", ", params: {target_classes: [\"a, b\"]}"), camera("", "", ", priority: low"),
        camera("", "", "}, {type: object"), camera("    enabled: false\n")}) {
    EXPECT_FALSE(same(camera(), other)) << other;
  }
  EXPECT_FALSE(same(camera("", "", ", params: {target_classes: [\"a, b\"]}"),
                    camera("", "", ", params: {target_classes: [a, b]}")));
  EXPECT_FALSE(same(camera(), camera(), environment_of({{"SECRET", "other"}}))) << "a password was changed";
}

std::vector<std::string> refused(const std::string& text, const Environment& environment = kSecret) {
  std::vector<std::string> keys;
  for (const auto& problem : needing_restart(load(kTop + camera()), load(text, environment), "c.yaml")) {
    keys.push_back(problem.key + ":" + std::to_string(problem.line));
  }
  return keys;
}

TEST(CamerasDifference, WhatTheServiceSharesNeedsARestart) {
  EXPECT_THAT(refused(kTop + camera("    fps_target: 1\n") + "  b: {enabled: false}\n"), IsEmpty());
  EXPECT_THAT(
      refused("state_directory: ./other\npublishers: {kds: {stream_name: other}}\ncameras:\n" + camera()),
      ElementsAre("state_directory:0", "outbox:0", "publishers.kds:2"));
  EXPECT_THAT(refused("state_directory: ./state\noutbox: {max_bytes: 2000000}\ncameras:\n" + camera()),
              ElementsAre("publishers.kds:0"));
  EXPECT_THAT(
      refused(kTop + camera(), environment_of({{"SECRET", "s"}, {"KINESIGHT_STATE_DIRECTORY", "./env"}})),
      ElementsAre("state_directory:0"));
}

}  // namespace
}  // namespace kinesight::config

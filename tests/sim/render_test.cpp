#include "sim/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/temp_folder.h"

namespace kinesight::sim {
namespace {

RenderOptions small(const support::TempFolder& folder) {
  return {.scene = "parking",
          .seconds = 8,
          .width = 320,
          .height = 180,
          .fps = 5,
          .out = folder.path() / "made" / "parking.mp4"};
}

TEST(RenderVideo, WritesAVideoAndItsTruth) {
  const support::TempFolder folder;
  RenderOptions options = small(folder);
  options.truth = folder.path() / "parking.jsonl";
  std::int64_t last = 0;
  const auto result = render_video(options, [&](std::int64_t done, std::int64_t) { last = done; });
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(last, 40);
  EXPECT_GT(std::filesystem::file_size(options.out), 5'000U);

  std::ifstream file(*options.truth);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(lines.size(), 40U);
  EXPECT_EQ(lines[0], nlohmann::json::parse(R"({"frame":0,"seconds":0.0,"objects":[]})"));
  ASSERT_EQ(lines[35]["objects"].size(), 1U);  // After 7 s a car stands before the camera.
  EXPECT_EQ(lines[35]["objects"][0]["label"], "plate");
  EXPECT_EQ(lines[35]["objects"][0]["text"], "KS 4821");
  EXPECT_EQ(lines[35]["objects"][0]["bbox"].size(), 4U);
  EXPECT_GT(lines[35]["objects"][0]["object"], 0);
  EXPECT_EQ(lines[35]["objects"][0]["object"], lines[30]["objects"][0]["object"]) << "the same car";
}

TEST(RenderVideo, BadOptionsAreErrorsBeforeAnythingIsWritten) {
  const support::TempFolder folder;
  const auto message = [&](auto change) {
    RenderOptions options = small(folder);
    change(options);
    const auto result = render_video(options);
    return result ? std::string("no error") : result.error().message;
  };
  EXPECT_EQ(
      message([](auto& o) { o.scene = "garage"; }),
      "no scene is called 'garage': use one of hallway, parking, random, events, blinking, border, lights");
  EXPECT_EQ(message([](auto& o) { o.width = 321; }), "a video's width and height must be even, not 321x180");
  EXPECT_EQ(message([](auto& o) { o.seconds = 0; }),
            "a video's length must be above 0 and at most 86400 seconds, not 0");
  EXPECT_EQ(message([](auto& o) { o.keyframe_seconds = -1; }), "keyframe_seconds must be above 0, not -1");
  EXPECT_THAT(message([](auto& o) { o.fps = 0; }), testing::HasSubstr("fps must be above 0"));
  EXPECT_THAT(message([&](auto& o) { o.truth = folder.path(); }),
              testing::HasSubstr("cannot write the truth"));
  EXPECT_FALSE(std::filesystem::exists(small(folder).out));
}

}  // namespace
}  // namespace kinesight::sim

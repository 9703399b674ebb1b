// What simulated cameras send: files and scenes, and the same at half the size.
#include "sim/kvs/footage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "video/any_video.h"
#include "video/fragmenter/played.h"
#include "video/movie.h"

namespace kinesight::sim::kvs {
namespace {

using testing::HasSubstr;
using video::test::play;
using video::test::Played;
using video::test::write_movie;

class LoadFootage : public testing::Test {
 protected:
  LoadFootage() {
    options.cache_folder = folder.path() / "cache";
    options.width = 320;
    options.height = 180;
    options.fps = 5;
    options.scene_seconds = 7;
  }

  Footage load(const std::vector<std::string>& sources) {
    auto footage = load_footage(sources, options);
    if (!footage) throw std::runtime_error(footage.error().message);
    return std::move(*footage);
  }

  Error refusal(const std::vector<std::string>& sources) {
    const auto footage = load_footage(sources, options);
    if (footage) ADD_FAILURE() << "it was taken";
    return footage ? Error{} : footage.error();
  }

  std::vector<std::filesystem::path> cached() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(options.cache_folder)) {
      files.push_back(entry.path());
    }
    return files;
  }

  support::TempFolder folder;
  const std::string movie = (folder.path() / "movie.mp4").string();
  FootageOptions options;
};

void expect_same_cuts(const video::FragmentedVideo& one, const video::FragmentedVideo& other) {
  ASSERT_EQ(one.fragments.size(), other.fragments.size());
  for (std::size_t i = 0; i < one.fragments.size(); ++i) {
    EXPECT_EQ(one.fragments[i].begin, other.fragments[i].begin);
    EXPECT_EQ(one.fragments[i].duration, other.fragments[i].duration);
    EXPECT_EQ(one.fragments[i].frames, other.fragments[i].frames);
    const Played first = play(one.init + one.fragments[i].media);
    const Played second = play(other.init + other.fragments[i].media);
    EXPECT_EQ(first.numbers(), second.numbers());
  }
}

TEST_F(LoadFootage, RendersASceneOnce) {
  const Footage first = load({"scene:hallway"});
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0]->width, 320);
  EXPECT_EQ(first[0]->fragments.size(), 4u);
  EXPECT_NEAR(first[0]->fragments[0].duration, 2, 1e-9);
  EXPECT_NEAR(first[0]->duration, 7, 1e-9);
  ASSERT_EQ(cached().size(), 1u);
  const auto written = last_write_time(cached()[0]);
  options.progress = [](auto, auto) { ADD_FAILURE() << "it is rendered again"; };
  EXPECT_EQ(load({"scene:hallway"})[0]->init, first[0]->init);
  EXPECT_EQ(last_write_time(cached()[0]), written);
}

TEST_F(LoadFootage, RendersAgainWhatIsToLookOtherwise) {
  load({"scene:hallway"});
  options.seed = 2;
  load({"scene:hallway"});
  load({"scene:parking"});
  EXPECT_EQ(cached().size(), 3u);
}

TEST_F(LoadFootage, CutsScenesAsLongAsAsked) {
  options.fragment_seconds = 1.2;
  const Footage footage = load({"scene:random"});
  EXPECT_NEAR(footage[0]->fragments[0].duration, 1.2, 1e-9);
}

TEST_F(LoadFootage, MakesASecondSizeWithTheSameCuts) {
  write_movie(movie, 95, {.width = 320, .height = 240, .keyframe_interval = 7, .b_frames = 2});
  options.second_size = true;
  const Footage footage = load({movie});
  ASSERT_EQ(footage.size(), 2u);
  EXPECT_EQ(footage[1]->width, 160);
  EXPECT_EQ(footage[1]->height, 120);
  expect_same_cuts(*footage[0], *footage[1]);
  EXPECT_TRUE(cached().empty());  // Nothing is left behind.
}

TEST_F(LoadFootage, MakesASecondSizeOfAVideoWithUnevenTimes) {
  write_movie(movie, 60, {.fps = 30, .keyframe_interval = 20});
  const auto uneven = folder.path() / "movie.mkv";  // Frames last 33 or 34 ms.
  video::test::remux(movie, uneven);
  options.second_size = true;
  options.fragment_seconds = 0.5;
  const Footage footage = load({uneven.string()});
  expect_same_cuts(*footage[0], *footage[1]);
}

TEST_F(LoadFootage, TakesAnotherFileAsTheSecondSize) {
  write_movie(movie, 60, {.width = 320, .height = 240, .keyframe_interval = 20});
  const std::string small = (folder.path() / "small.mp4").string();
  write_movie(small, 60, {.keyframe_interval = 10});
  const Footage footage = load({movie, small});
  ASSERT_EQ(footage.size(), 2u);
  expect_same_cuts(*footage[0], *footage[1]);
  write_movie(small, 50, {.keyframe_interval = 10});
  EXPECT_THAT(refusal({movie, small}).message, HasSubstr("expected 60 frames"));
}

TEST_F(LoadFootage, RefusesWhatItCannotLoad) {
  EXPECT_THAT(
      refusal({}).message,
      HasSubstr(
          "expected a video file or scene:{hallway, parking, random, events, blinking, border, lights}"));
  EXPECT_THAT(refusal({"scene:garage"}).message, HasSubstr("use one of hallway, parking"));
  EXPECT_EQ(refusal({movie}).kind, ErrorKind::not_found);
  options.fragment_seconds = 0;
  EXPECT_THAT(refusal({"scene:hallway"}).message, HasSubstr("at most 20 seconds, not 0"));
  options.fragment_seconds = 2;
  options.cache_folder.clear();
  EXPECT_EQ(refusal({"scene:hallway"}).kind, ErrorKind::invalid);
  video::test::spill(folder.path() / "file", "");
  options.cache_folder = folder.path() / "file" / "cache";
  EXPECT_EQ(refusal({"scene:hallway"}).kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace kinesight::sim::kvs

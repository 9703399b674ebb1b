// What sources hand out with the bitstream gate and under a limit, beside what they hand out without.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/rng.h"
#include "support/fake_clock.h"
#include "support/replay.h"
#include "support/temp_folder.h"
#include "video/any_video.h"
#include "video/kvs_hls/fragments.h"
#include "video/sources.h"
#include "video/still_movie.h"

namespace kinesight::video::test {
namespace {

using testing::Contains;
using testing::ElementsAreArray;
using testing::Key;

constexpr double kOpened = 1'700'000'000.0;
constexpr BitstreamGateOptions kGate{.enabled = true};

/// A frame, its pixels as a number.
struct Print {
  double capture_time = 0;
  std::uint64_t pixels = 0;
  std::int64_t sequence = 0;
  bool after_still = false;
};

struct Outcome {
  std::map<long long, Print> frames;  ///< By capture time in milliseconds.
  SourceCounters counters;
};

std::optional<Print> next_of(FrameSource& source) {
  const auto frame = source.read({});
  if (!frame) ADD_FAILURE() << frame.error().message;
  if (!frame || !*frame) return std::nullopt;
  const Frame& it = **frame;
  return Print{it.capture_time, fingerprint(it.view), it.sequence, it.after_still};
}

Outcome play(const std::filesystem::path& path, const BitstreamGateOptions& gate,
             const std::string& decode = "all") {
  support::FakeClock clock{kOpened};
  const auto source = make_source(file_source_kind(), {{"path", path}, {"pace", "max"}, {"decode", decode}},
                                  {.camera_id = "camera", .clock = &clock, .bitstream_gate = gate});
  EXPECT_TRUE(source->open({}));
  Outcome outcome;
  double before = 0;
  while (const auto print = next_of(*source)) {
    EXPECT_GT(print->capture_time, before);
    before = print->capture_time;
    outcome.frames.emplace(std::llround(before * 1000), *print);
  }
  outcome.counters = source->counters();
  return outcome;
}

/// Every frame of `gated` is one of `full`, at its time and of its pixels.
void expect_part_of(const Outcome& gated, const Outcome& full) {
  for (const auto& [ms, print] : gated.frames) {
    const auto same = full.frames.find(ms);
    ASSERT_NE(same, full.frames.end()) << ms;
    EXPECT_EQ(print.pixels, same->second.pixels) << "frame " << same->second.sequence;
    EXPECT_EQ(print.sequence, same->second.sequence);
  }
  EXPECT_EQ(gated.counters.packets, full.counters.packets);
  EXPECT_EQ(gated.counters.decoded, gated.frames.size());
  EXPECT_EQ(gated.counters.decoded + gated.counters.gated, full.counters.decoded);
}

/// Every frame in which something moves is there. Of an open group (x265's) the pictures that are shown right
/// before its keyframe need the group before as well, and may be missing: `open` of every `interval`.
void expect_all_motion(const Outcome& gated, const Outcome& full, const std::vector<Stretch>& moving,
                       int open = 0, int interval = 1) {
  std::map<std::int64_t, int> there;
  for (const auto& [ms, print] : gated.frames) there.emplace(print.sequence, 1);
  for (const auto& stretch : moving) {
    for (int i = stretch.begin; i < std::min<int>(stretch.end, static_cast<int>(full.frames.size())); ++i) {
      if (interval - i % interval <= open) continue;
      EXPECT_THAT(there, Contains(Key(i))) << "of [" << stretch.begin << ", " << stretch.end << ")";
    }
  }
}

class GatedFile : public testing::Test {
 protected:
  support::TempFolder folder;
  const std::filesystem::path movie = folder.path() / "movie.mp4";
};

TEST_F(GatedFile, GivesKeyframesWhileNothingMovesAndEverythingWhileSomethingDoes) {
  const std::vector<Stretch> moving = {{157, 181}};
  write_still_movie(movie, {.frames = 300, .moving = moving}, {.keyframe_interval = 20});
  const auto full = play(movie, {});
  const auto gated = play(movie, kGate);
  expect_part_of(gated, full);
  expect_all_motion(gated, full, moving);
  EXPECT_EQ(full.counters.gated, 0u);
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 60; ++i) expected.push_back(i);         // Nothing is known yet.
  for (int i = 60; i < 140; i += 20) expected.push_back(i);   // Still.
  for (int i = 140; i < 200; ++i) expected.push_back(i);      // From the keyframe before the motion on.
  for (int i = 200; i < 300; i += 20) expected.push_back(i);  // Still again.
  std::vector<std::int64_t> given;
  for (const auto& [ms, print] : gated.frames) {
    given.push_back(print.sequence);
    const bool left_out_before = print.sequence > 60 && (print.sequence <= 140 || print.sequence > 200);
    EXPECT_EQ(print.after_still, left_out_before) << print.sequence;
  }
  EXPECT_THAT(given, ElementsAreArray(expected));
}

TEST_F(GatedFile, GivesTheVeryPicturesOfAFullDecodeWhateverTheStream) {
  const auto seed = support::replay_seed();
  Rng rng(seed);
  std::uint64_t left_out = 0;
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    StillScene scene{
        .frames = rng.integer(250, 400), .noise = rng.chance(0.5) ? 1.5 : 0, .seed = seed + round};
    for (int at = 70 + rng.integer(0, 60); at < scene.frames; at += rng.integer(30, 120)) {
      scene.moving.push_back({at, at + rng.integer(5, 40)});
      at = scene.moving.back().end;
    }
    const Mp4Options coded{.keyframe_interval = rng.integer(8, 40),
                           .quality = scene.noise > 0 ? 32 : 23,  // So that noise costs little.
                           .codec = rng.chance(0.3) ? "hevc" : "h264",
                           .b_frames = rng.integer(0, 4)};
    SCOPED_TRACE(testing::Message() << coded.codec << ", keyframes every " << coded.keyframe_interval << ", "
                                    << coded.b_frames << " b-frames, noise " << scene.noise);
    write_still_movie(movie, scene, coded);
    const auto full = play(movie, {});
    const auto gated = play(movie, kGate);
    expect_part_of(gated, full);
    expect_all_motion(gated, full, scene.moving, coded.codec == "hevc" ? coded.b_frames : 0,
                      coded.keyframe_interval);
    left_out += gated.counters.gated;
  }
  EXPECT_GT(left_out, 300u);
}

TEST_F(GatedFile, LeavesOutOfAnOpenGroupWhatTheGroupBeforeWouldBeNeededFor) {
  // x265 makes open groups: pictures that follow a keyframe and are shown before it.
  const std::vector<Stretch> moving = {{205, 230}};
  write_still_movie(movie, {.frames = 300, .moving = moving},
                    {.keyframe_interval = 20, .codec = "hevc", .b_frames = 4});
  const auto full = play(movie, {});
  const auto gated = play(movie, kGate);
  expect_part_of(gated, full);
  expect_all_motion(gated, full, moving);
  EXPECT_LT(gated.counters.decoded, 180u);
}

TEST_F(GatedFile, HasNothingToGateUnderPoliciesThatDecodeKeyframesAlone) {
  write_still_movie(movie, {.frames = 200}, {.keyframe_interval = 20});
  const auto without = play(movie, {}, "keyframes");
  const auto with = play(movie, kGate, "keyframes");
  EXPECT_EQ(with.counters.gated, 0u);
  EXPECT_EQ(with.counters.skipped, without.counters.skipped);
  EXPECT_EQ(with.frames.size(), 10u);
  for (const auto& [ms, print] : with.frames) EXPECT_FALSE(print.after_still);
}

TEST_F(GatedFile, IsGatedOnTopOfThePolicyReference) {
  write_still_movie(movie, {.frames = 300, .moving = {{200, 220}}}, {.keyframe_interval = 20, .b_frames = 1});
  const auto full = play(movie, {}, "reference");
  const auto gated = play(movie, kGate, "reference");
  EXPECT_GT(gated.counters.gated, 150u);
  EXPECT_GT(gated.counters.skipped, 20u);
  EXPECT_EQ(gated.counters.decoded + gated.counters.skipped + gated.counters.gated, 300u);
  for (const auto& [ms, print] : gated.frames) {
    const auto same = full.frames.find(ms);
    if (same != full.frames.end()) {
      EXPECT_EQ(print.pixels, same->second.pixels);
    }
  }
}

TEST_F(GatedFile, DecodesAllOfAStreamWithoutWholeKeyframes) {
  write_any_video(folder.path() / "refresh.mkv", 200,
                  {.encoder = "libx264",
                   .format = AV_PIX_FMT_YUV420P,
                   .keyframe_interval = 5,
                   .x264_params = "intra-refresh=1:bframes=0:scenecut=0"});
  remux(folder.path() / "refresh.mkv", folder.path() / "refresh.ts");
  const auto outcome = play(folder.path() / "refresh.ts", {.enabled = true, .ratio = 1e9});
  EXPECT_GE(outcome.frames.size(), 160u);
}

TEST_F(GatedFile, UnderALimitDecodesKeyframesAloneFromTheNextOneOnAndAllWhenItIsLifted) {
  write_movie(movie, 60);
  for (const auto& gate : {BitstreamGateOptions{}, kGate}) {
    for (const std::string policy : {"all", "reference"}) {
      support::FakeClock clock{kOpened};
      const auto source =
          make_source(file_source_kind(), {{"path", movie}, {"pace", "max"}, {"decode", policy}},
                      {.camera_id = "camera", .clock = &clock, .bitstream_gate = gate});
      ASSERT_TRUE(source->open({}));
      auto seen = numbers(read_all(*source, 5));
      source->limit(DecodePolicy::keyframes);
      for (const int number : numbers(read_all(*source, 7))) seen.push_back(number);
      source->limit(DecodePolicy::all);
      for (const int number : numbers(read_all(*source))) seen.push_back(number);
      auto expected = every(1, 10);
      for (const int number : {10, 20}) expected.push_back(number);
      for (const int number : every(1, 60, 30)) expected.push_back(number);
      EXPECT_THAT(seen, ElementsAreArray(expected));
      EXPECT_EQ(source->counters().skipped, 18u);
    }
  }
}

TEST_F(GatedFile, GivesWholePicturesWhereALimitIsLiftedWhateverTheGateMakesOfIt) {
  write_still_movie(movie, {.frames = 240, .moving = {{139, 150}}}, {.keyframe_interval = 20});
  const auto full = play(movie, {});
  for (double ratio = 1.5; ratio < 400; ratio *= 1.3) {
    SCOPED_TRACE(ratio);
    support::FakeClock clock{kOpened};
    const auto source = make_source(
        file_source_kind(), {{"path", movie}, {"pace", "max"}, {"decode", "all"}},
        {.camera_id = "camera", .clock = &clock, .bitstream_gate = {.enabled = true, .ratio = ratio}});
    ASSERT_TRUE(source->open({}));
    std::set<std::int64_t> given;
    while (const auto print = next_of(*source)) {
      given.insert(print->sequence);
      EXPECT_EQ(print->pixels, full.frames.at(std::llround(print->capture_time * 1000)).pixels)
          << print->sequence;
      if (print->sequence == 80) source->limit(DecodePolicy::keyframes);
      if (print->sequence == 120) source->limit(DecodePolicy::all);
    }
    EXPECT_THAT(given, testing::IsSupersetOf({100, 120, 140, 160, 180, 200, 220}));
  }
}

TEST_F(GatedFile, UnderALimitOfThePolicyKeyframesStaysWithIt) {
  write_movie(movie, 40);
  const auto source = make_source(file_source_kind(),
                                  {{"path", movie}, {"pace", "max"}, {"decode", "keyframes"}}, {"camera", 5});
  source->limit(DecodePolicy::all);
  ASSERT_TRUE(source->open({}));
  EXPECT_THAT(numbers(read_all(*source)), ElementsAreArray(every(10, 40)));
}

}  // namespace
}  // namespace kinesight::video::test

namespace kinesight::video::kvs_hls::test {
namespace {

/// A video cut into fragments of one group each.
std::vector<Fragment> still_fragments(const video::test::StillScene& scene) {
  const support::TempFolder folder;
  video::test::write_still_movie(folder.path() / "movie.mp4", scene, {.keyframe_interval = 20});
  const auto video = fragment_video(folder.path() / "movie.mp4", 2);
  if (!video) throw std::runtime_error(video.error().message);
  const auto init = std::make_shared<const std::string>(video->init);
  std::vector<Fragment> fragments;
  for (const MediaFragment& part : video->fragments) {
    fragments.push_back({.number = std::to_string(fragments.size()),
                         .begin = kBegin + part.begin,
                         .duration = part.duration,
                         .fetched_at = kBegin + part.begin + part.duration,
                         .init = init,
                         .media = part.media});
  }
  return fragments;
}

FragmentDecoder gated_decoder(const BitstreamGateOptions& gate) {
  return {
      DecodePolicy::all, 5, "kvs 'door'", "door", "PRODUCER_TIMESTAMP", FragmentDecoder::kMostPixels, gate};
}

/// How many frames came of each fragment.
std::vector<std::size_t> counts(FragmentDecoder& decoder, const std::vector<Fragment>& fragments) {
  std::vector<std::size_t> all;
  for (const Fragment& fragment : fragments) {
    const auto outcome = decode(decoder, fragment);
    EXPECT_EQ(outcome.error, "");
    all.push_back(outcome.frames.size());
  }
  return all;
}

TEST(GatedFragments, GiveTheirKeyframeUnlessSomethingMovesInThem) {
  const auto fragments = still_fragments({.frames = 200, .moving = {{155, 159}}});
  auto decoder = gated_decoder({.enabled = true});
  EXPECT_THAT(counts(decoder, fragments), testing::ElementsAre(20, 20, 20, 1, 1, 1, 1, 20, 20, 1));
  EXPECT_EQ(decoder.counters().gated, 5u * 19);
}

TEST(GatedFragments, AfterAMissingOneAreDecodedUntilItIsQuietAgain) {
  auto fragments = still_fragments({.frames = 200});
  fragments.erase(fragments.begin() + 6);
  auto decoder = gated_decoder({.enabled = true});
  EXPECT_THAT(counts(decoder, fragments), testing::ElementsAre(20, 20, 20, 1, 1, 1, 20, 1, 1));
}

TEST(GatedFragments, AreWholeWhateverTheEndOfTheOneBeforeSaid) {
  // Something begins with the last packet of the seventh. Whether that is loud, may be the beginning of
  // something, or is quiet, is a matter of the ratio.
  const auto fragments = still_fragments({.frames = 200, .moving = {{139, 148}}});
  for (double ratio = 1.5; ratio < 400; ratio *= 1.3) {
    SCOPED_TRACE(ratio);
    auto decoder = gated_decoder({.enabled = true, .ratio = ratio});
    EXPECT_THAT(counts(decoder, fragments), testing::Each(testing::AnyOf(1, 20)));
  }
}

TEST(GatedFragments, UnderALimitGiveTheirKeyframes) {
  const auto fragments = numbered_fragments(60, {}, 2);
  auto decoder = make_decoder();
  decode(decoder, fragments[0]);
  decoder.limit(DecodePolicy::keyframes);
  EXPECT_THAT(decode(decoder, fragments[1]).numbers(), testing::ElementsAre(20, 30));
  decoder.limit(DecodePolicy::all);
  EXPECT_EQ(decode(decoder, fragments[2]).frames.size(), 20u);
}

}  // namespace
}  // namespace kinesight::video::kvs_hls::test

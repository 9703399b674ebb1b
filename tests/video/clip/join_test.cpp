// One clip of many parts shows the frames of the asked range: all of them, none twice, and no others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "support/replay.h"
#include "video/boxes.h"
#include "video/clip/parts.h"

namespace kinesight::video::test {
namespace {

class JoinClip : public testing::TestWithParam<Mp4Options> {
 protected:
  static Mp4Options options() {
    Mp4Options chosen = GetParam();
    chosen.fps = 10;
    return chosen;
  }

  void expect_shown(const Joined& joined, const std::vector<int>& frames) {
    ASSERT_EQ(joined.played.numbers(), frames);
    EXPECT_EQ(joined.played.refused, 0);
    EXPECT_EQ(joined.facts.shown_frames, std::ssize(frames));
    if (frames.empty()) return;
    EXPECT_NEAR(joined.facts.begin, camera.time_of(frames.front()), 0.002);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      EXPECT_NEAR(joined.played.frames[i].seconds, camera.time_of(frames[i]) - camera.time_of(frames.front()),
                  0.0025);
    }
  }

  Camera camera{200, options()};  // Ten fragments of two seconds.
};

TEST_P(JoinClip, OnePartWhole) {
  const ClipPart part = camera.part(0, 10);
  const Joined joined = join(camera.files, {&part, 1}, kStart, kStart + 20);
  expect_shown(joined, numbers(0, 199));
  EXPECT_EQ(joined.facts.frames, 200);
  EXPECT_NEAR(joined.facts.duration, 20, 1e-3);
  EXPECT_NEAR(joined.facts.longest_pause, 0.1, 1e-3);
  EXPECT_EQ(joined.facts.codec, options().codec);
  EXPECT_EQ(joined.facts.width, 160);
  EXPECT_EQ(joined.facts.height, 120);
}

TEST_P(JoinClip, TheIndexStandsInFrontAndThereIsNothingElse) {
  const ClipPart part = camera.part(0, 2);
  const Joined joined = join(camera.files, {&part, 1}, kStart + 0.35, kStart + 3);
  std::vector<std::string> types;
  for (const auto& box : boxes::list(joined.bytes, 0, joined.bytes.size())) types.emplace_back(box.type);
  EXPECT_THAT(types, testing::ElementsAre("ftyp", "moov", "mdat"));
  EXPECT_EQ(joined.played.codec_tag, options().codec == "h264" ? "avc1" : "hvc1");
}

TEST_P(JoinClip, SaysWhatInspectClipFinds) {
  const ClipPart parts[] = {camera.part(0, 3), camera.part(3, 4, Container::matroska)};
  const int output = camera.files.open();
  const auto facts = join_clip(parts, kStart + 1.23, kStart + 7.01, output);
  ASSERT_TRUE(facts) << facts.error().message;
  const auto found = inspect_clip(output);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->codec, facts->codec);
  EXPECT_EQ(found->width, facts->width);
  EXPECT_EQ(found->height, facts->height);
  EXPECT_EQ(found->frames, facts->frames);
  EXPECT_EQ(found->shown_frames, facts->shown_frames);
  EXPECT_NEAR(found->duration, facts->duration, 1e-4);
  EXPECT_NEAR(found->longest_pause, facts->longest_pause, 1e-4);
}

TEST_P(JoinClip, RandomRangesOfRandomParts) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 60; ++round) {
    std::vector<ClipPart> parts;
    std::string shape;
    for (std::size_t at = 0; at < 10;) {
      const std::size_t first = at > 0 && rng.integer(0, 2) == 0 ? at - 1 : at;  // A fragment in two parts.
      const std::size_t past = std::min<std::size_t>(10, at + static_cast<std::size_t>(rng.integer(1, 4)));
      const auto container = rng.integer(0, 1) == 0 ? Container::mp4 : Container::matroska;
      shape += fmt::format(" [{}, {}) {}", first, past, container == Container::mp4 ? "mp4" : "matroska");
      parts.push_back(camera.part(first, past, container));
      at = past;
    }
    const double from = kStart + rng.integer(0, 1900) / 100.0 + 0.005;
    const double until = from + rng.integer(1, 800) / 100.0;
    SCOPED_TRACE(fmt::format("round {}: {:.3f} to {:.3f} of{}", round, from - kStart, until - kStart, shape));
    const Joined joined = join(camera.files, parts, from, until);
    expect_shown(joined, camera.expected(from, until));
    if (HasFatalFailure()) break;
  }
}

TEST_P(JoinClip, TheFrameOnShowComesFirst) {
  const ClipPart part = camera.part(0, 4);
  // The times of frames themselves, and a moment before and behind them.
  expect_shown(join(camera.files, {&part, 1}, kStart + 2.5, kStart + 3.5), numbers(25, 34));
  expect_shown(join(camera.files, {&part, 1}, kStart + 2.499, kStart + 3.499), numbers(24, 34));
  expect_shown(join(camera.files, {&part, 1}, kStart + 2.501, kStart + 3.501), numbers(25, 35));
  expect_shown(join(camera.files, {&part, 1}, kStart + 2.51, kStart + 2.52), numbers(25, 25));
  // Before and behind all there is.
  expect_shown(join(camera.files, {&part, 1}, kStart - 5, kStart + 0.3), numbers(0, 2));
  expect_shown(join(camera.files, {&part, 1}, kStart + 7.5, kStart + 99), numbers(75, 79));
}

TEST_P(JoinClip, APauseStaysAPause) {
  const ClipPart parts[] = {camera.part(0, 2), camera.part(5, 7)};  // Nothing from 4 s to 10 s.
  const Joined joined = join(camera.files, parts, kStart + 3, kStart + 11);
  std::vector<int> frames = numbers(30, 39);
  for (const int later : numbers(100, 109)) frames.push_back(later);
  expect_shown(joined, frames);
  EXPECT_NEAR(joined.facts.longest_pause, 6.1, 0.003);
  EXPECT_NEAR(joined.facts.duration, 8, 0.003);
}

TEST_P(JoinClip, NothingIsOnShowInAPause) {
  const ClipPart parts[] = {camera.part(0, 2), camera.part(5, 7)};
  expect_shown(join(camera.files, parts, kStart + 6, kStart + 10.25), numbers(100, 102));
  const Joined before = join(camera.files, parts, kStart + 3.75, kStart + 9);
  expect_shown(before, numbers(37, 39));
  EXPECT_NEAR(before.facts.duration, 0.3, 0.003) << "it does not stand still for the pause";
  const auto none = join_clip(parts, kStart + 6, kStart + 7, camera.files.open());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::invalid);
}

TEST_P(JoinClip, OneThatBeginsBeforeItsPredecessorsEndIsMovedBehindIt) {
  // Not the same frames: a clock was set back by half a second.
  const ClipPart second = camera.part(5, 6);
  const ClipPart parts[] = {camera.part(0, 1), {second.file, kStart + 1.53}};
  const Joined joined = join(camera.files, parts, kStart, kStart + 60);
  std::vector<int> frames = numbers(0, 19);
  for (const int later : numbers(100, 119)) frames.push_back(later);
  EXPECT_EQ(joined.played.numbers(), frames);
  EXPECT_NEAR(joined.facts.duration, 4, 0.003);
  EXPECT_NEAR(joined.facts.longest_pause, 0.1, 0.003);
}

TEST_P(JoinClip, PartsThatAreInOthersAreTakenOnce) {
  const ClipPart parts[] = {camera.part(0, 4), camera.part(1, 3), camera.part(2, 4, Container::matroska),
                            camera.part(3, 6)};
  expect_shown(join(camera.files, parts, kStart, kStart + 12), numbers(0, 119));
}

TEST_P(JoinClip, TheSamePartsGiveTheSameBytes) {
  const ClipPart parts[] = {camera.part(0, 2), camera.part(2, 4)};
  EXPECT_EQ(join(camera.files, parts, kStart + 1, kStart + 7).bytes,
            join(camera.files, parts, kStart + 1, kStart + 7).bytes);
}

TEST_P(JoinClip, WhatWasInTheOutputIsGone) {
  const ClipPart part = camera.part(0, 1);
  const int output = camera.files.open(std::string(5'000'000, 'x'));
  ASSERT_TRUE(join_clip({&part, 1}, kStart, kStart + 1, output));
  EXPECT_EQ(play(Files::read(output)).numbers(), numbers(0, 9));
  EXPECT_LT(Files::read(output).size(), 1'000'000u);
}

TEST_P(JoinClip, APartWhoseFirstKeyframeIsNoPictureIsCorrupt) {
  std::string bytes = camera.bytes(1, 2);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.find("mdat") + 4), bytes.end(), '\0');
  const ClipPart parts[] = {camera.part(0, 1), camera.part_of(bytes, kStart + 2)};
  const auto joined = join_clip(parts, kStart, kStart + 4, camera.files.open());
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(joined.error().message, testing::HasSubstr("part 2 of 2"));
}

INSTANTIATE_TEST_SUITE_P(Codecs, JoinClip,
                         testing::Values(Mp4Options{}, Mp4Options{.b_frames = 3}, Mp4Options{.codec = "hevc"},
                                         Mp4Options{.codec = "hevc", .b_frames = 3},
                                         Mp4Options{.keyframe_interval = 20, .b_frames = 1}));

TEST(JoinClipOfFrames, OneFrameParts) {
  Camera camera(8, {.fps = 1, .keyframe_interval = 1}, 0.5);
  std::vector<ClipPart> parts;
  for (std::size_t i = 0; i < 8; ++i) {
    parts.push_back(camera.part(i, i + 1, i % 2 == 0 ? Container::mp4 : Container::matroska));
  }
  const Joined joined = join(camera.files, parts, kStart + 2.5, kStart + 6.5);
  EXPECT_EQ(joined.played.numbers(), numbers(2, 6));
  EXPECT_NEAR(joined.facts.duration, 4.5, 0.003);
}

TEST(JoinClipOfFrames, FiftyNineHundredths) {
  // 29 frames a second do not come out even in milliseconds, nor in 90,000 ticks a second.
  Camera camera(290, {.fps = 29, .b_frames = 2}, 1);
  std::vector<ClipPart> parts;
  for (std::size_t i = 0; i + 1 < camera.video.fragments.size(); i += 2) {
    parts.push_back(camera.part(i, i + 2, i % 4 == 0 ? Container::matroska : Container::mp4));
  }
  const double from = camera.time_of(43) + 0.01;
  const double until = camera.time_of(251) + 0.01;
  EXPECT_EQ(join(camera.files, parts, from, until).played.numbers(), numbers(43, 251));
}

/// Parts of two recordings of the same size, whose parameter sets differ.
class ParameterSetsThatChange : public testing::TestWithParam<std::string> {};

TEST_P(ParameterSetsThatChange, AreWrittenBeforeEachKeyframe) {
  Camera one(40, {.fps = 10, .codec = GetParam()});
  Camera two(40, {.fps = 10, .codec = GetParam(), .b_frames = 2});
  ASSERT_NE(one.video.init, two.video.init);
  const ClipPart parts[] = {one.part(0, 1), two.part(1, 2), one.part(0, 1)};
  ClipPart placed[] = {parts[0], parts[1], {parts[2].file, kStart + 4}};
  const Joined joined = join(one.files, placed, kStart + 0.55, kStart + 5);
  std::vector<int> frames = numbers(5, 39);
  for (const int later : numbers(0, 9)) frames.push_back(later);
  EXPECT_EQ(joined.played.numbers(), frames);
  EXPECT_EQ(joined.played.refused, 0);
  EXPECT_EQ(joined.played.codec_tag, GetParam() == "h264" ? "avc3" : "hev1");
  // A range of one of them needs none.
  EXPECT_EQ(join(one.files, placed, kStart + 2.5, kStart + 3).played.codec_tag,
            GetParam() == "h264" ? "avc1" : "hvc1");
}

INSTANTIATE_TEST_SUITE_P(Codecs, ParameterSetsThatChange, testing::Values("h264", "hevc"));

TEST(JoinClipErrors, NameThePartAndTheChange) {
  Camera one(40, {.fps = 10});
  Camera larger(40, {.width = 320, .height = 240, .fps = 10});
  Camera hevc(40, {.fps = 10, .codec = "hevc"});
  const int output = one.files.open();
  for (auto& [other, change] : {std::pair<Camera&, const char*>{larger, "h264 160x120 to h264 320x240"},
                                std::pair<Camera&, const char*>{hevc, "h264 160x120 to hevc 160x120"}}) {
    const ClipPart parts[] = {one.part(0, 1), other.part(1, 2)};
    const auto joined = join_clip(parts, kStart, kStart + 4, output);
    ASSERT_FALSE(joined);
    EXPECT_EQ(joined.error().kind, ErrorKind::invalid);
    EXPECT_THAT(joined.error().message, testing::HasSubstr("part 2 of 2"));
    EXPECT_THAT(joined.error().message, testing::HasSubstr(change));
    // It does not matter where none of its frames is asked for.
    EXPECT_TRUE(join_clip(parts, kStart, kStart + 2, output));
  }
}

TEST(JoinClipErrors, RangesThatCannotBe) {
  Camera camera(40, {.fps = 10});
  const ClipPart part = camera.part(0, 2);
  const int output = camera.files.open();
  const auto kind = [&](std::span<const ClipPart> parts, double from, double until) {
    const auto joined = join_clip(parts, from, until, output);
    return joined ? ErrorKind::cancelled : joined.error().kind;
  };
  EXPECT_EQ(kind({&part, 1}, kStart + 1, kStart + 1), ErrorKind::invalid);
  EXPECT_EQ(kind({&part, 1}, kStart + 2, kStart + 1), ErrorKind::invalid);
  EXPECT_EQ(kind({&part, 1}, kStart - 2, kStart - 1), ErrorKind::invalid);
  EXPECT_EQ(kind({&part, 1}, kStart + 5, kStart + 6), ErrorKind::invalid);
  EXPECT_EQ(kind({}, kStart, kStart + 6), ErrorKind::invalid);
  const ClipPart far[] = {camera.part(0, 1), {camera.part(1, 2).file, kStart + 12 * 3600}};
  EXPECT_EQ(kind(far, kStart, kStart + 13 * 3600), ErrorKind::invalid);
  const ClipPart farther[] = {camera.part(0, 1), {camera.part(1, 2).file, 4e18}};
  EXPECT_EQ(kind(farther, kStart, kStart + 13 * 3600), ErrorKind::invalid);
}

TEST(JoinClipErrors, SayWhichPartIsDamaged) {
  Camera camera(40, {.fps = 10});
  const std::string good = camera.bytes(1, 2);
  for (const std::string& bytes : {good.substr(0, good.size() / 2), std::string(), std::string("no video")}) {
    const ClipPart parts[] = {camera.part(0, 1), camera.part_of(bytes, kStart + 2)};
    const auto joined = join_clip(parts, kStart, kStart + 4, camera.files.open());
    ASSERT_FALSE(joined);
    EXPECT_EQ(joined.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(joined.error().message, testing::HasSubstr("part 2 of 2"));
  }
}

}  // namespace
}  // namespace kinesight::video::test

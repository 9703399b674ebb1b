// What --explain says: every stretch of one reason once.
#include "infer/replay/near_misses.h"

#include <gtest/gtest.h>

namespace kinesight::infer {
namespace {

using vision::Verdict;

StageRuling ruling(Verdict verdict, float conf, std::optional<vision::TrackId> track = 1, float x = 10,
                   const std::string& label = "knife") {
  return {0,
          "weapon",
          {.detection = {.type = "weapon", .label = label, .conf = conf, .box = {x, 10, 40, 40}},
           .track = track,
           .verdict = verdict,
           .detail = std::to_string(conf)}};
}

TEST(NearMisses, AStretchOfOneReasonIsOneLineWithItsBestFrame) {
  NearMisses misses;
  const float scores[] = {0.3F, 0.45F, 0.4F};
  for (int i = 0; i < 3; ++i) misses.add(100 + 0.2 * i, {ruling(Verdict::low_score, scores[i])});
  EXPECT_TRUE(misses.take().empty()) << "it may go on";
  const auto lines = misses.finish();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].frames, 3);
  EXPECT_DOUBLE_EQ(lines[0].from, 100);
  EXPECT_DOUBLE_EQ(lines[0].to, 100.4);
  EXPECT_FLOAT_EQ(lines[0].best, 0.45F);
  EXPECT_EQ(lines[0].detail, std::to_string(0.45F));
  EXPECT_EQ(lines[0].verdict, Verdict::low_score);
}

TEST(NearMisses, AnotherReasonOfTheSameObjectIsAnotherLine) {
  NearMisses misses;
  misses.add(100, {ruling(Verdict::unconfirmed, 0.8F)});
  misses.add(100.2, {ruling(Verdict::unconfirmed, 0.8F)});
  misses.add(100.4, {ruling(Verdict::raised, 0.8F)});
  misses.add(100.6, {ruling(Verdict::cooldown, 0.8F)});
  const auto lines = misses.finish();
  ASSERT_EQ(lines.size(), 2U) << "and what raised an event is no near miss";
  EXPECT_EQ(lines[0].verdict, Verdict::unconfirmed);
  EXPECT_EQ(lines[0].frames, 2);
  EXPECT_EQ(lines[1].verdict, Verdict::cooldown);
}

TEST(NearMisses, ObjectsAreToldApart) {
  NearMisses misses;
  for (int i = 0; i < 4; ++i) {
    misses.add(100 + 0.2 * i, {ruling(Verdict::unconfirmed, 0.8F, 1), ruling(Verdict::unconfirmed, 0.7F, 2),
                               // Nobody follows these: they are told apart by where they are.
                               ruling(Verdict::low_score, 0.2F, std::nullopt, 300),
                               ruling(Verdict::low_score, 0.2F, std::nullopt, 500)});
  }
  const auto lines = misses.finish();
  ASSERT_EQ(lines.size(), 4U);
  for (const auto& line : lines) EXPECT_EQ(line.frames, 4);
}

TEST(NearMisses, APauseEndsAStretch) {
  NearMisses misses;
  misses.add(100, {ruling(Verdict::low_score, 0.3F)});
  misses.add(100.2, {ruling(Verdict::low_score, 0.3F)});
  misses.add(102.3, {ruling(Verdict::low_score, 0.3F)});
  const auto ended = misses.take();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].frames, 2);
  EXPECT_EQ(misses.finish().size(), 1U);
  EXPECT_TRUE(misses.finish().empty());
}

TEST(NearMisses, WhatItRemembersIsBounded) {
  NearMisses misses;
  std::vector<StageRuling> many;
  for (int i = 0; i < 1500; ++i) many.push_back(ruling(Verdict::low_score, 0.1F, i + 1));
  misses.add(100, many);
  EXPECT_EQ(misses.take().size(), 500U);
}

TEST(NearMisses, WhereFramesAreRareAPauseIsLonger) {
  NearMisses misses;
  for (int i = 0; i < 20; ++i) misses.add(100 + 10 * i, {ruling(Verdict::low_score, 0.3F)});
  const auto lines = misses.finish();
  ASSERT_EQ(lines.size(), 2U) << "a line a frame tells nobody anything";
  EXPECT_EQ(lines[1].frames, 19);
}

TEST(NearMisses, TwoDetectorsOfOneTypeAreToldApart) {
  NearMisses misses;
  for (int i = 0; i < 10; ++i) {
    auto second = ruling(Verdict::unconfirmed, 0.5F);
    second.stage = 1;
    misses.add(100 + 0.2 * i, {ruling(Verdict::unconfirmed, 0.8F), second});
  }
  const auto lines = misses.finish();
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) EXPECT_EQ(line.frames, 10);
}

TEST(NearMisses, AnObjectWhoseReasonChangesFromFrameToFrameIsALineAReason) {
  NearMisses misses;
  for (int i = 0; i < 50; ++i)
    misses.add(100 + 0.2 * i, {ruling(i % 2 ? Verdict::low_score : Verdict::cooldown, 0.5F)});
  const auto lines = misses.finish();
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) EXPECT_EQ(line.frames, 25);
}

TEST(NearMisses, SeveralBoxesOfAnObjectAreOneFrame) {
  NearMisses misses;
  for (int i = 0; i < 3; ++i)
    misses.add(100 + 0.2 * i, {ruling(Verdict::unconfirmed, 0.8F), ruling(Verdict::unconfirmed, 0.6F)});
  const auto lines = misses.finish();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].frames, 3);
}

}  // namespace
}  // namespace kinesight::infer

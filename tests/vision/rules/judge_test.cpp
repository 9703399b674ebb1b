#include "vision/rules/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/rules/court.h"

namespace kinesight::vision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Sighting::Kind;

Verdict only(const Judgement& judgement) {
  EXPECT_EQ(judgement.rulings.size(), 1U);
  return judgement.rulings.at(0).verdict;
}

TEST(Judge, AnObjectCountsOnceItIsSeenInEnoughFramesOfTheWindow) {
  Court court(three_of_five());
  EXPECT_EQ(only(court.show({knife()})), Verdict::unconfirmed);
  const auto second = court.show({knife()});
  EXPECT_EQ(second.rulings[0].detail, "seen in 2 of the last 5 frames, 3 needed");
  EXPECT_EQ(only(court.show({knife()})), Verdict::raised);
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first));
}

TEST(Judge, OneFrameOfFiveNeverCounts) {
  Court court(three_of_five());
  for (int i = 0; i < 100; ++i) court.show(i % 5 == 0 ? std::vector{knife()} : std::vector<Detection>{});
  EXPECT_THAT(court.kinds, IsEmpty());
}

TEST(Judge, ThreeFramesThatAreFarApartDoNotCount) {
  Court court({.rules = {.temporal_window = 5, .confirmation_threshold = 3, .lost_seconds = 60}});
  for (int i = 0; i < 30; ++i) court.show(i % 3 == 0 ? std::vector{knife()} : std::vector<Detection>{});
  EXPECT_THAT(court.kinds, IsEmpty()) << "at most two of any five";
}

TEST(Judge, ConfirmationCountsAnObjectAndNotAClass) {
  Court court(three_of_five());
  for (int i = 0; i < 30;
       ++i) {  // Something else in each frame, at five places that have nothing to do with each other.
    const auto x = static_cast<float>(i % 5 * 13);
    court.show({knife(0.9F, {x, i % 2 ? 2.0F : 40.0F, 3, 3})});
  }
  EXPECT_THAT(court.kinds, IsEmpty());
}

JudgeOptions convinced_at(double score) {
  auto options = three_of_five();
  options.rules.confirmation_score = score;
  return options;
}

TEST(Judge, FramesThatAreHardlySureMustBeMoreToConfirm) {
  Court court(convinced_at(0.92));
  court.show(2, {knife(0.7F)});
  EXPECT_EQ(only(court.show({knife(0.7F)})), Verdict::raised) << "three of 0.7 make 0.93";

  Court unsure(convinced_at(0.92));
  unsure.show(2, {knife(0.65F)});
  const auto third = unsure.show({knife(0.65F)});
  EXPECT_EQ(third.rulings[0].verdict, Verdict::unconvincing);
  EXPECT_EQ(third.rulings[0].detail, "the scores of 3 frames make 0.86 together, 0.92 needed");
  EXPECT_EQ(only(unsure.show({knife(0.65F)})), Verdict::raised);
}

TEST(Judge, WhatIsNeverSureRaisesNothingHoweverLongItStays) {
  Court court(convinced_at(0.92));
  court.show(3000, {knife(0.56F)});
  EXPECT_THAT(court.kinds, IsEmpty()) << "the window bounds what is added up";
}

TEST(Judge, OneSureFrameDoesNotStandForTheOthers) {
  Court court(convinced_at(0.92));
  court.show({knife(1.0F)});
  court.show({knife(1.0F)});
  EXPECT_THAT(court.kinds, IsEmpty()) << "three of five are asked for all the same";
}

TEST(Judge, HowSureItIsCountsFromTheThresholdOn) {
  Court court(convinced_at(0.92));
  auto faint = knife(0.4F);
  faint.threshold = 0.2F;  // As far above it as 0.73 is above 0.5.
  court.show(3, {faint});
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first));
}

TEST(Judge, AnObjectThatConvincedOnceIsFollowedWithWeakerFrames) {
  Court court(convinced_at(0.92));
  court.show(3, {knife()});
  court.show(5 * 61, {knife(0.52F)});
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first, Kind::still));
}

TEST(Judge, AnObjectThatConvincedOnceIsKnownAgainByWeakerFrames) {
  Court court(convinced_at(0.92));
  court.show(5, {knife()});
  court.show(20, {});  // 4 s: beyond lost_seconds.
  court.show(3, {knife(0.52F)});
  court.show(10, {knife()});
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first, Kind::ended)) << "it has not to convince anew";
  EXPECT_EQ(court.objects.size(), 1U);
}

TEST(Judge, WhatIsNotSureConfirmsNothingAndCarriesATrackOn) {
  Court court(three_of_five());
  court.show(20, {knife(0.4F)});
  EXPECT_THAT(court.kinds, IsEmpty());
  court.show(3, {knife()});
  court.show(50, {knife(0.4F)});  // 10 s: far longer than lost_seconds.
  court.show(5, {knife()});
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first)) << "it was there all the time";
}

TEST(Judge, AnObjectThatStaysIsToldAgainAfterEachCooldown) {
  Court court(three_of_five());
  court.show(3 + 5 * 150, {knife()});  // 150 s at 5 frames a second.
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first, Kind::still, Kind::still));
  EXPECT_EQ(court.objects.size(), 1U);
  EXPECT_EQ(only(court.show({knife()})), Verdict::cooldown);
}

TEST(Judge, WithoutCooldownEachFrameTells) {
  auto options = three_of_five();
  options.rules.cooldown_seconds = 0;
  Court court(options);
  court.show(10, {knife()});
  EXPECT_EQ(court.count(Kind::again), 8);
}

TEST(Judge, OneThatIsLostAndFoundIsTheSame) {
  Court court(three_of_five());
  court.show(5, {knife()});
  court.show(10, {});  // 2 s.
  court.show(5, {knife()});
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first));
}

TEST(Judge, OneThatIsGoneForLongerEndsAndIsKnownAgainWithinItsCooldown) {
  Court court(three_of_five());
  court.show(5, {knife()});
  court.show(20, {});  // 4 s: beyond lost_seconds.
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first, Kind::ended));
  court.show(5, {knife()});
  EXPECT_EQ(court.count(Kind::first), 1) << "the same thing at the same place";
  court.show(400, {});  // 80 s.
  court.show(5, {knife()});
  EXPECT_EQ(court.count(Kind::first), 2) << "after its cooldown it is news";
}

TEST(Judge, ATrackThatTakesOverFromOneThatWasLostIsTheSameObject) {
  Court court(three_of_five());
  court.show(5, {knife()});
  const auto larger = knife(0.9F, {16, 16, 18, 18});
  court.show({knife(), larger});  // Two boxes of one thing, once: two tracks, of which the new one goes on.
  court.show(30, {larger});
  EXPECT_EQ(court.count(Kind::first), 1);
  EXPECT_EQ(court.objects.size(), 1U);
  EXPECT_EQ(court.count(Kind::ended), 0) << "it is still there";
}

TEST(Judge, AnotherOneElsewhereIsNews) {
  Court court(three_of_five());
  court.show(5, {knife()});
  court.show(20, {});
  court.show(5, {knife(0.9F, {50, 2, 10, 10})});
  EXPECT_EQ(court.count(Kind::first), 2);
  EXPECT_EQ(court.objects.size(), 2U);
}

TEST(Judge, TheSightingSaysHowLongItWasThere) {
  Court court(three_of_five());
  court.show(11, {knife()});
  court.show(20, {});
  EXPECT_EQ(court.last.kind, Kind::ended);
  EXPECT_NEAR(court.last.first_seen, kStart, 1e-3);
  EXPECT_NEAR(court.last.last_seen, kStart + 2, 1e-3);
  EXPECT_EQ(court.last.frames, 11);
}

TEST(Judge, BoxesOfAWrongSizeDoNotCount) {
  const auto verdict = [](auto change, const Box& box) {
    JudgeOptions options;
    change(options.rules);
    return only(Court(options).show({knife(0.9F, box)}));
  };
  const auto none = [](RuleOptions&) {};
  EXPECT_EQ(verdict(none, {0, 0, 6, 5}), Verdict::raised);
  EXPECT_EQ(verdict([](RuleOptions& r) { r.min_width = 0.1; }, {0, 0, 6, 24}), Verdict::too_small);
  EXPECT_EQ(verdict([](RuleOptions& r) { r.min_height = 0.1; }, {0, 0, 32, 4}), Verdict::too_small);
  EXPECT_EQ(verdict([](RuleOptions& r) { r.max_width = 0.5; }, {0, 0, 33, 5}), Verdict::too_large);
  EXPECT_EQ(verdict([](RuleOptions& r) { r.max_height = 0.5; }, {0, 0, 6, 25}), Verdict::too_large);
}

Region right_half(config::RegionMode mode) {
  config::RegionOptions options;
  options.name = "right";
  options.mode = mode;
  options.polygon = {{0.5, 0}, {1, 0}, {1, 1}, {0.5, 1}};
  return *Region::make(options, "UTC");
}

TEST(Judge, OnlyWhatIsInItsRegionsCounts) {
  auto options = three_of_five();
  options.regions = {right_half(config::RegionMode::include)};
  Court court(options);
  court.show(20, {knife(0.9F, {5, 20, 10, 10})});
  EXPECT_THAT(court.kinds, IsEmpty());
  EXPECT_EQ(only(court.show({knife(0.9F, {5, 20, 10, 10})})), Verdict::outside_regions);
  court.show(3, {knife(0.9F, {45, 20, 10, 10})});
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first));

  options.regions = {right_half(config::RegionMode::exclude)};
  Court other(options);
  EXPECT_EQ(only(other.show({knife(0.9F, {45, 20, 10, 10})})), Verdict::excluded);
}

TEST(Judge, FramesOutsideItsRegionsDoNotConfirm) {
  auto options = three_of_five();
  options.regions = {right_half(config::RegionMode::include)};
  Court court(options);
  court.show({knife(0.9F, {24, 20, 10, 10})});
  court.show({knife(0.9F, {26, 20, 10, 10})});
  court.show({knife(0.9F, {28, 20, 10, 10})});  // Its bottom centre is in now.
  EXPECT_THAT(court.kinds, IsEmpty());
}

TEST(Judge, ModelsThatCannotDecideBetweenLabelsRaiseOneEventOfTheLikelier) {
  auto options = three_of_five();
  options.labels_vote = true;
  Court court(options);
  auto gun = knife(0.6F);
  gun.label = "gun";
  for (int i = 0; i < 30; ++i) court.show({i % 3 == 1 ? gun : knife()});
  EXPECT_EQ(court.count(Kind::first), 1);
  EXPECT_EQ(court.last.detection.label, "knife");
}

TEST(Judge, AStillPictureNeedsNoConfirmation) {
  auto options = three_of_five();
  options.rules.min_width = 0.1;
  const Judge judge(options);
  const auto rulings = judge.glance(make_frame(kStart), {knife(), knife(0.3F), knife(0.9F, {1, 1, 2, 2})});
  EXPECT_EQ(rulings[0].verdict, Verdict::raised);
  EXPECT_EQ(rulings[1].verdict, Verdict::low_score);
  EXPECT_EQ(rulings[2].verdict, Verdict::too_small);
}

plate::Reading reading_of(const std::string& text, float score = 0.9F) {
  plate::Reading reading{.text = text, .score = score};
  for (const char c : text) reading.characters.push_back({{c, score}, {c == '0' ? 'O' : '0', 1 - score}});
  return reading;
}

Detection plate_of(const std::string& text, float score = 0.9F) {
  return {.type = "alpr",
          .label = text,
          .conf = score,
          .box = {20, 20, 20, 5},
          .threshold = 0.3F,
          .plate = std::make_shared<const plate::Reading>(reading_of(text, score))};
}

JudgeOptions plates(plate::TextRules rules = {}) {
  auto options = three_of_five();
  options.plates = *plate::TextJudge::make(rules);
  return options;
}

TEST(Judge, APlatesFramesVoteForItsText) {
  Court court(plates());
  court.show({plate_of("AB123CD")});
  court.show({plate_of("AB123C0", 0.6F)});
  court.show({plate_of("AB123CD")});
  ASSERT_THAT(court.kinds, ElementsAre(Kind::first));
  EXPECT_EQ(court.last.detection.label, "AB123CD");
  ASSERT_TRUE(court.last.detection.plate);
  EXPECT_EQ(court.last.detection.plate->text, "AB123CD");
}

TEST(Judge, ABetterReadingOfAPlateIsAnUpdate) {
  Court court(plates());
  court.show(3, {plate_of("AB123C0", 0.5F)});
  court.show(20, {plate_of("AB123CD", 0.95F)});
  ASSERT_GE(court.kinds.size(), 2U);
  EXPECT_EQ(court.count(Kind::first), 1);
  EXPECT_EQ(court.kinds[1], Kind::better);
  EXPECT_EQ(court.last.detection.label, "AB123CD");
  EXPECT_EQ(court.objects.size(), 1U);
}

TEST(Judge, AWantedPlateNeedsNoConfirmation) {
  auto options = plates({.wanted_plates = {"AB123CD"}});
  options.rules.confirmation_score = 0.9999;
  Court court(options);
  court.show({plate_of("AB123CD")});
  ASSERT_THAT(court.kinds, ElementsAre(Kind::first));
  EXPECT_EQ(court.last.detection.plate->list, "wanted");
}

TEST(Judge, APlateThatIsTooShortIsNotWanted) {
  Court court(plates());
  const auto judgement = court.show({plate_of("AB1")});
  EXPECT_EQ(only(judgement), Verdict::unwanted);
  court.show(10, {plate_of("AB1")});
  EXPECT_THAT(court.kinds, IsEmpty());
}

TEST(Judge, ACarThatComesBackWithinTheCooldownIsTheSameCar) {
  Court court(plates());
  court.show(5, {plate_of("AB123CD")});
  court.show(25, {});
  auto elsewhere = plate_of("AB123CO");  // One letter read otherwise.
  elsewhere.box = {40, 2, 20, 5};
  court.show(5, {elsewhere});
  EXPECT_EQ(court.count(Kind::first), 1);
}

TEST(Judge, FireThatDoesNotLiveIsALamp) {
  JudgeOptions options{.rules = {.temporal_window = 1, .confirmation_threshold = 1},
                       .growth = GrowthOptions{}};
  Court court(options);
  Detection lamp{.type = "fire", .label = "fire", .conf = 0.9F, .box = {20, 20, 10, 10}, .threshold = 0.6F};
  court.show(100, {lamp});
  EXPECT_THAT(court.kinds, IsEmpty());
  const auto ruling = court.show({lamp}).rulings.at(0);
  EXPECT_EQ(ruling.verdict, Verdict::unchanging) << ruling.detail;
  EXPECT_FALSE(ruling.detail.empty());
}

TEST(Judge, ForgettingStartsAnew) {
  Judge judge({.rules = {.cooldown_seconds = 60}});
  EXPECT_EQ(judge.judge(make_frame(kStart), {knife()}).sightings.size(), 1U);
  EXPECT_THAT(judge.judge(make_frame(kStart + 1), {knife()}).sightings, IsEmpty());
  judge.forget();
  EXPECT_EQ(judge.judge(make_frame(kStart + 2), {knife()}).sightings.size(), 1U);
}

}  // namespace
}  // namespace kinesight::vision

// Who is who over time: an object has one identity, and its events say what is so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/rules/court.h"
#include "vision/rules/gone.h"

namespace kinesight::vision {
namespace {

using testing::ElementsAre;
using Kind = Sighting::Kind;

Detection labelled(const std::string& label, float conf, Box box = {20, 20, 10, 10}) {
  auto found = knife(conf, box);
  found.label = label;
  return found;
}

/// A knife on its way to the right, four pixels a frame.
Detection going(int frame) { return knife(0.9F, {static_cast<float>(4 * frame), 20, 6, 6}); }

constexpr int kBlindFrames = 7;  // 1.4 s: longer than a tracker looks for what it does not see.

TEST(Judge, OneThatIsFoundAgainFurtherOnItsWayIsTheSame) {
  Court court(three_of_five());
  int frame = 0;
  while (frame < 5) court.show({going(frame++)});
  court.show(kBlindFrames, {});
  frame += kBlindFrames;
  for (int i = 0; i < 3; ++i) court.show({going(frame++)});
  EXPECT_THAT(court.kinds, ElementsAre(Kind::first));
}

TEST(Judge, OneThatIsSeenOffTheWayOfAnotherThatWasLostIsNews) {
  Court court(three_of_five());
  for (int frame = 0; frame < 5; ++frame) court.show({going(frame)});
  court.show(kBlindFrames, {});
  court.show(3, {knife(0.9F, {48, 38, 6, 6})});
  EXPECT_EQ(court.count(Kind::first), 2);
}

TEST(SameObject, WhatFlickersIsTheSameWhereItsSmallerBoxIs) {
  Detection low{.type = "fire", .label = "fire", .conf = 0.9F, .box = {20, 30, 10, 10}};
  Detection high = low;
  high.box = {15, 5, 20, 35};
  EXPECT_FALSE(same_object(low, high));
  EXPECT_TRUE(same_object(low, high, true));
  EXPECT_TRUE(same_object(high, low, true));
  high.box = {26, 30, 20, 35};
  EXPECT_FALSE(same_object(low, high, true)) << "four tenths are not half";
}

TEST(Judge, AnObjectInViewHandsItsIdentityToNobody) {
  Court court(three_of_five());
  const auto small = knife(0.8F), large = knife(0.9F, {16, 16, 18, 18});
  court.show(5, {small});
  court.show(10, {large, small});  // The surer one, which comes first, is new.
  EXPECT_EQ(court.count(Kind::first), 2);
  EXPECT_EQ(court.objects.size(), 2U) << "each event is of an object of its own";
  court.show(30, {});
  EXPECT_EQ(court.count(Kind::ended), 2);
}

TEST(Judge, WhoHandedItsIdentityOnAndComesBackIsSomebodyElse) {
  Court court(three_of_five());
  const auto small = knife(), large = knife(0.9F, {16, 16, 18, 18});
  court.show(5, {small});
  court.show({small, large});
  court.show(3, {large});
  EXPECT_EQ(court.objects.size(), 1U);
  court.show(10, {large, small});
  EXPECT_EQ(court.count(Kind::first), 2);
  EXPECT_EQ(court.objects.size(), 2U);
  court.show(30, {});
  EXPECT_EQ(court.count(Kind::ended), 2);
}

TEST(Judge, WhatComesInWhereAnotherWentOutOfThePictureIsNews) {
  Court court(three_of_five());
  for (int x = 8; x > -8; x -= 2) {
    const auto left = static_cast<float>(std::max(x, 0));
    court.show({knife(0.9F, {left, 20, static_cast<float>(x) + 10 - left, 10})});
  }
  court.show(20, {});
  EXPECT_EQ(court.count(Kind::ended), 1);
  court.show(5, {knife(0.9F, {0, 20, 10, 10})});
  EXPECT_EQ(court.count(Kind::first), 2);
  EXPECT_EQ(court.objects.size(), 2U);
}

TEST(Judge, AThinObjectThatTurnsAwayFromItsTrackRaisesNothingNew) {
  Court court(three_of_five());
  const auto at = [](float x, float y) { return knife(0.9F, {x, y, 20, 4}); };
  for (int i = 0; i < 5; ++i) court.show({at(40, 20)});
  // No box overlaps the one before, and it goes on.
  for (int i = 0; i < 6; ++i) court.show({at(38 - 6 * static_cast<float>(i), 30)});
  EXPECT_EQ(court.count(Kind::first), 1);
  // What is seen far away at that moment is another.
  Court other(three_of_five());
  for (int i = 0; i < 5; ++i) other.show({at(40, 20)});
  for (int i = 0; i < 5; ++i) other.show({at(5, 40)});
  EXPECT_EQ(other.count(Kind::first), 2);
}

TEST(Judge, TheSightingOfOneThatWasLostAndFoundCountsFromItsFirstFrame) {
  Court court(three_of_five());
  court.show(5, {knife()});
  court.show(20, {});  // Gone.
  court.show(5, {knife()});
  court.show(20, {});
  ASSERT_EQ(court.last.kind, Kind::ended);
  EXPECT_NEAR(court.last.first_seen, kStart, 1e-3);
  EXPECT_EQ(court.last.frames, 10);

  Court other(three_of_five());
  const auto larger = knife(0.9F, {16, 16, 18, 18});
  other.show(5, {knife()});
  other.show({knife(), larger});
  other.show(4, {larger});
  other.show(20, {});
  ASSERT_EQ(other.last.kind, Kind::ended);
  EXPECT_NEAR(other.last.first_seen, kStart, 1e-3);
}

TEST(Judge, AnObjectThatWasThereForLongIsKnownAgainAfterAShortAbsence) {
  Court court(three_of_five());
  court.show(5 * 58, {knife()});  // Its cooldown is over soon.
  court.show(5 * 6, {});
  court.show(20, {knife()});
  EXPECT_EQ(court.count(Kind::first), 1);
  EXPECT_EQ(court.count(Kind::still), 1) << "and its cooldown goes on from its last event";
}

TEST(Judge, AfterAClockThatWasSetBackObjectsAreToldOfAgain) {
  for (const double back : {1.0, 30.0, 3600.0, 1e8}) {
    Court court(three_of_five());
    court.show(10, {knife()});
    court.skip(-back);
    court.show(5 * 70, {knife()});
    EXPECT_GE(court.count(Kind::first) + court.count(Kind::still), 2) << back << " s back";
    EXPECT_LE(court.count(Kind::first), 2);
  }
}

TEST(Judge, LabelsThatAreOfEqualWeightDoNotRaiseUpdatesForEver) {
  auto options = three_of_five();
  options.labels_vote = true;
  Court court(options);
  for (int i = 0; i < 5 * 600; ++i) court.show({labelled(i % 2 ? "gun" : "knife", 0.6F)});
  EXPECT_LE(court.kinds.size(), 15U) << "ten minutes at a cooldown of one";
  EXPECT_GE(court.count(Kind::better), 1);
}

TEST(Judge, TwoBoxesOfOneObjectInAFrameAreOneSighting) {
  auto options = three_of_five();
  options.labels_vote = true;
  options.rules.cooldown_seconds = 0;
  Court court(options);
  const auto judgement = [&] {
    court.show(2, {knife(0.9F), labelled("gun", 0.6F)});
    return court.show({knife(0.9F), labelled("gun", 0.6F)});
  }();
  EXPECT_THAT(court.kinds, ElementsAre(Kind::again));
  EXPECT_EQ(judgement.visible.size(), 1U);
  ASSERT_EQ(judgement.rulings.size(), 2U);
  EXPECT_EQ(judgement.rulings[1].verdict, Verdict::raised) << "it is no near miss";
}

TEST(Judge, WhereNoFurtherObjectCanBeFollowedItSaysSo) {
  Court court(three_of_five());
  std::vector<Detection> crowd;
  for (int i = 0; i < 301; ++i)
    crowd.push_back(knife(0.9F, {static_cast<float>(i % 20 * 3), static_cast<float>(i / 20 * 3), 2, 2}));
  const auto ruling = court.show(crowd).rulings.back();
  EXPECT_EQ(ruling.verdict, Verdict::unconfirmed);
  EXPECT_THAT(ruling.detail, testing::HasSubstr("300 objects"));
}

}  // namespace
}  // namespace kinesight::vision

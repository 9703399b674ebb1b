#include "vision/track/tracker.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kinesight::vision {
namespace {

constexpr int kWidth = 640, kHeight = 360;
constexpr float kSure = 0.9F;
constexpr float kUnsure = 0.3F;

Detection found(const Box& box, float conf = kSure, const std::string& label = "knife",
                const std::string& type = "weapon") {
  return {.type = type, .label = label, .conf = conf, .box = box, .threshold = 0.5F};
}

/// A tracker, and frames of it.
class TrackerTest : public testing::Test {
 protected:
  using Ids = std::vector<std::optional<TrackId>>;

  /// The ids of what is found in the frame at `time`; ended() is for the tracks that ended with it.
  Ids see(double time, const std::vector<Detection>& detections) {
    auto update = tracker_.update(time, kWidth, kHeight, detections);
    ended_ = update.ended;
    return update.ids;
  }
  const std::vector<TrackId>& ended() const { return ended_; }
  void follow(const TrackerOptions& options) { tracker_ = Tracker(options); }
  std::size_t tracks() const { return tracker_.tracks(); }

 private:
  Tracker tracker_{TrackerOptions{}};
  std::vector<TrackId> ended_;
};

const Box kHere{100, 100, 40, 40};
const Box kBeside{104, 102, 40, 40};
const Box kFar{500, 300, 40, 40};

TEST_F(TrackerTest, AnObjectKeepsItsIdAndAnotherGetsAnother) {
  EXPECT_EQ(see(0, {found(kHere), found(kFar)}), (Ids{1, 2}));
  EXPECT_EQ(see(0.2, {found(kFar), found(kBeside)}), (Ids{2, 1}));
  EXPECT_EQ(tracks(), 2U);
}

TEST_F(TrackerTest, WhatStaysLeavesNoPictureHoweverItsBoxLeaps) {
  // A flame that leaps towards the edge, and is not seen for a moment.
  const auto leap = [&] {
    for (int i = 0; i < 4; ++i) see(0.2 * i, {found({300.0F - 80 * i, 100, 90, 90})});
    see(0.8, {});
    see(1.0, {});
    return tracks();
  };
  EXPECT_EQ(leap(), 0U) << "or else this shows nothing";
  follow({.stay = true});
  EXPECT_EQ(leap(), 1U);
}

TEST_F(TrackerTest, WhatIsNotSureBeginsNothing) {
  EXPECT_EQ(see(0, {found(kHere, kUnsure)}), Ids{std::nullopt});
  EXPECT_EQ(see(0.2, {found(kHere)}), Ids{1});
}

TEST_F(TrackerTest, WhatIsNotSureCarriesATrackOn) {
  see(0, {found(kHere)});
  // Slowly to the right: without those in between, the last would be beyond reach.
  float x = kHere.x;
  for (double t = 0.2; t < 6; t += 0.2)
    EXPECT_EQ(see(t, {found({x += 10, 100, 40, 40}, kUnsure)}), Ids{1}) << t;
  EXPECT_EQ(see(6, {found({x + 10, 100, 40, 40})}), Ids{1});
}

TEST_F(TrackerTest, WhatLeftThePictureIsNotWhatComesInThereLater) {
  float x = 200;
  double t = 0;
  for (; x > -20; x -= 20, t += 0.2) {
    const float left = std::max(x, 0.0F);
    EXPECT_EQ(see(t, {found({left, 100, x + 40 - left, 40})}), Ids{1}) << t;
  }
  std::vector<TrackId> ended_by_then;
  for (const double end = t + 3; t < end; t += 0.2) {
    see(t, {});
    ended_by_then.insert(ended_by_then.end(), ended().begin(), ended().end());
  }
  EXPECT_EQ(ended_by_then, std::vector<TrackId>{1});
  EXPECT_EQ(see(t, {found({0, 100, 20, 40})}), Ids{2});
}

TEST_F(TrackerTest, WhatStopsAtTheEdgeStaysWhatItIs) {
  double t = 0;
  for (float x = 100; x > 0; x -= 10, t += 0.2) see(t, {found({x, 100, 40, 40})});
  for (int i = 0; i < 10; ++i, t += 0.2) EXPECT_EQ(see(t, {found({0, 100, 40, 40})}), Ids{1}) << t;
  for (int i = 0; i < 10; ++i, t += 0.2) see(t, {});
  EXPECT_EQ(see(t, {found({0, 100, 40, 40})}), Ids{1});
}

TEST_F(TrackerTest, WhatIsNotSureMustOverlapMore) {
  const Box aside{117, 100, 40, 40};  // An IoU of 0.40.
  see(0, {found(kHere)});
  EXPECT_EQ(see(0.2, {found(aside, kUnsure)}), Ids{std::nullopt});
  EXPECT_EQ(see(0.4, {found(aside)}), Ids{1});
}

TEST_F(TrackerTest, WhatIsSureChoosesFirst) {
  see(0, {found(kHere)});
  // The better fit is not sure.
  EXPECT_EQ(see(0.2, {found(kHere, kUnsure), found(kBeside)}), (Ids{std::nullopt, 1}));
}

TEST_F(TrackerTest, WhatIsNotSureFindsNobodyWhoWasLostForLong) {
  see(0, {found(kHere)});
  for (double t = 0.2; t < 2; t += 0.2) see(t, {});
  EXPECT_EQ(see(2, {found(kHere, kUnsure)}), Ids{std::nullopt});
  EXPECT_EQ(see(2.2, {found(kHere)}), Ids{1});
}

TEST_F(TrackerTest, AnObjectThatComesBackInTimeIsTheSame) {
  see(0, {found(kHere)});
  for (double t = 0.5; t < 5; t += 0.5) {
    see(t, {});
    EXPECT_TRUE(ended().empty()) << t;
  }
  EXPECT_EQ(see(5, {found(kHere)}), Ids{1});
}

TEST_F(TrackerTest, AnObjectThatComesBackTooLateIsAnother) {
  see(0, {found(kHere)});
  for (double t = 0.5; t <= 5; t += 0.5) see(t, {});
  see(5.1, {});
  EXPECT_EQ(ended(), std::vector<TrackId>{1});
  EXPECT_EQ(tracks(), 0U);
  EXPECT_EQ(see(5.2, {found(kHere)}), Ids{2});
}

TEST_F(TrackerTest, LostSecondsAreAsLongAsTheOptionsSay) {
  follow({.lost_seconds = 1});
  see(0, {found(kHere)});
  see(0.9, {});
  EXPECT_EQ(tracks(), 1U);
  see(1.1, {});
  EXPECT_EQ(ended(), std::vector<TrackId>{1});
}

TEST_F(TrackerTest, AnObjectHasOneLabel) {
  see(0, {found(kHere)});
  EXPECT_EQ(see(0.2, {found(kHere, kSure, "gun")}), Ids{2});
  EXPECT_EQ(see(0.4, {found(kHere, kSure, "gun"), found(kHere)}), (Ids{2, 1}));
}

TEST_F(TrackerTest, AnObjectHasAnyLabelWhereLabelsVote) {
  follow({.by_label = false});
  see(0, {found(kHere)});
  EXPECT_EQ(see(0.2, {found(kHere, kSure, "gun")}), Ids{1});
  EXPECT_EQ(see(0.4, {found(kHere, kSure, "fire", "fire")}), Ids{2}) << "another type is another object";
}

TEST_F(TrackerTest, TwoLabelsInOnePlaceAreOneObjectWhereLabelsVote) {
  follow({.by_label = false});
  EXPECT_EQ(see(0, {found(kHere), found({102, 100, 40, 40}, 0.7F, "gun")}), (Ids{1, 1}));
  EXPECT_EQ(see(0.2, {found({102, 100, 40, 40}, kSure, "gun"), found(kHere, 0.7F)}), (Ids{1, 1}));
  EXPECT_EQ(see(0.4, {found(kHere), found({125, 100, 40, 40}, 0.7F, "gun")}), (Ids{1, 2}));
}

TEST_F(TrackerTest, TimeThatGoesBackwardsEndsAllTracks) {
  see(10, {found(kHere), found(kFar)});
  EXPECT_EQ(see(9.9, {found(kHere)}), Ids{3});
  EXPECT_EQ(ended(), (std::vector<TrackId>{1, 2}));
}

TEST_F(TrackerTest, TimeThatLeapsEndsAllTracks) {
  see(10, {found(kHere)});
  EXPECT_EQ(see(10.2, {found(kHere)}), Ids{1});
  EXPECT_EQ(see(15.3, {found(kHere)}), Ids{2});
  EXPECT_EQ(ended(), std::vector<TrackId>{1});
}

TEST_F(TrackerTest, FramesThatComeSeldomAreNoLeaps) {
  // Keyframes alone, one every ten seconds.
  see(0, {found(kHere)});
  see(10, {found(kHere)});
  EXPECT_EQ(see(20, {found(kHere)}), Ids{2});
  EXPECT_EQ(see(31, {found(kBeside)}), Ids{2});
  see(41, {});
  EXPECT_EQ(ended(), std::vector<TrackId>{2});
}

TEST_F(TrackerTest, AnHourWithoutFramesIsALeapWhateverWasBefore) {
  see(0, {found(kHere)});
  see(3600, {found(kHere)});
  EXPECT_EQ(see(7200, {found(kHere)}), Ids{3});
}

TEST_F(TrackerTest, AFastObjectIsFoundWhereNoBoxOverlaps) {
  // Three sizes a second, at three frames a second.
  EXPECT_EQ(see(0, {found(kHere)}), Ids{1});
  float x = kHere.x;
  for (int frame = 1; frame < 12; ++frame)
    EXPECT_EQ(see(frame / 3.0, {found({x += 42, 100, 40, 40})}), Ids{1}) << frame;
  EXPECT_EQ(see(12 / 3.0, {found({x - 90, 300, 40, 40})}), Ids{2}) << "not where it could be";
}

TEST_F(TrackerTest, AnObjectOfAnotherSizeIsNoFastObject) {
  see(0, {found(kHere)});
  EXPECT_EQ(see(0.33, {found({145, 100, 80, 80})}), Ids{2});
}

TEST_F(TrackerTest, AfterALongPauseAFastObjectCouldBeAnything) {
  follow({.lost_seconds = 10});
  see(0, {found(kHere)});
  EXPECT_EQ(see(1.5, {found({160, 100, 40, 40})}), Ids{1});
  EXPECT_EQ(see(4.5, {found({300, 180, 40, 40})}), Ids{2});
}

TEST_F(TrackerTest, WhatFlashesUpHereAndThereIsNoFastObject) {
  see(0, {found(kHere)});
  see(0.2, {});
  EXPECT_EQ(see(0.4, {found({160, 100, 40, 40})}), Ids{2});
}

TEST_F(TrackerTest, AnObjectThatStopsOutOfSightIsFound) {
  float x = kHere.x;
  for (int frame = 0; frame < 10; ++frame) see(frame / 5.0, {found({x += 15, 100, 40, 40})});
  for (int frame = 10; frame < 25; ++frame) see(frame / 5.0, {});
  EXPECT_EQ(see(5, {found({x + 3, 100, 40, 40})}), Ids{1});
}

TEST_F(TrackerTest, AThinThingInAHandKeepsItsNumberThoughItBobsByMoreThanItsHeight) {
  // A knife as the demo model saw it at five frames a second, its bearer walking ever faster.
  const Box knife[] = {{189, 148, 75, 15}, {168, 137, 73, 18}, {144, 141, 62, 17}, {118, 141, 67, 15},
                       {87, 155, 73, 16},  {58, 144, 73, 18},  {18, 137, 66, 16}};
  double time = 0;
  for (const Box& box : knife) EXPECT_EQ(see(time += 0.2, {found(box)}), Ids{1}) << time;
}

TEST_F(TrackerTest, BeyondTheMostTheLongestUnseenEnds) {
  follow({.most_tracks = 2});
  see(0, {found(kHere)});
  see(0.2, {found(kFar)});
  EXPECT_EQ(see(0.4, {found({300, 10, 40, 40})}), Ids{3});
  EXPECT_EQ(ended(), std::vector<TrackId>{1});
  EXPECT_EQ(tracks(), 2U);
}

TEST_F(TrackerTest, WithTheMostInViewNoMoreBegin) {
  follow({.most_tracks = 2});
  see(0, {found(kHere), found(kFar)});
  const std::vector<Detection> three = {found(kHere), found(kFar), found({300, 10, 40, 40})};
  EXPECT_EQ(see(0.2, three), (Ids{1, 2, std::nullopt}));
  EXPECT_TRUE(ended().empty());
  EXPECT_EQ(tracks(), 2U);
}

TEST_F(TrackerTest, ThreeHundredObjectsAreFollowed) {
  std::vector<Detection> many;
  for (int i = 0; i < 300; ++i) many.push_back(found({60.0F * (i % 20), 60.0F * (i / 20), 40, 40}));
  const auto first = see(0, many);
  for (auto& detection : many) detection.box.x += 5;
  EXPECT_EQ(see(0.2, many), first);
}

}  // namespace
}  // namespace kinesight::vision

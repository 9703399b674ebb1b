#include "video/decode_chooser.h"

#include <gtest/gtest.h>

namespace kinesight::video {
namespace {

/// A camera's packets at 10 fps, shown to a chooser.
class Stream {
 public:
  explicit Stream(DecodeChooser& chooser) : chooser_(chooser) {}

  /// A keyframe and what follows it; the choices as letters: S(kip), D(ecode), A(lone).
  std::string group(int packets) {
    std::string choices;
    for (int i = 0; i < packets; ++i, time_ += 0.1)
      choices += "SDA"[static_cast<int>(chooser_.choose(i == 0, time_))];
    return choices;
  }

 private:
  DecodeChooser& chooser_;
  double time_ = 0;
};

TEST(DecodeChooser, AutomaticTakesKeyframesAloneOnceThreeDistancesWereShortEnough) {
  DecodeChooser chooser(DecodePolicy::automatic, 2);
  Stream stream(chooser);
  EXPECT_EQ(stream.group(5), "DDDDD");
  EXPECT_EQ(stream.group(5), "DDDDD");
  EXPECT_FALSE(chooser.settled());
  EXPECT_EQ(stream.group(5), "DDDDD");
  EXPECT_EQ(stream.group(5), "ASSSS");
  EXPECT_TRUE(chooser.settled());
  EXPECT_EQ(stream.group(5), "ASSSS");
}

TEST(DecodeChooser, AutomaticDecodesAllWhenKeyframesAreRarerThanFpsTarget) {
  DecodeChooser chooser(DecodePolicy::automatic, 5);
  Stream stream(chooser);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(stream.group(5), "DDDDD");
  EXPECT_TRUE(chooser.settled());
}

TEST(DecodeChooser, AutomaticTakesKeyframesAtTheRateOf2997AsOftenEnough) {
  DecodeChooser chooser(DecodePolicy::automatic, 1);
  for (int i = 0; i < 10; ++i) chooser.choose(true, i * 1.001);
  EXPECT_EQ(chooser.choose(false, 10.0), Choice::skip);
}

TEST(DecodeChooser, AutomaticGoesBackToAllAtTheKeyframeAfterALongGroupAndReturnsAfterThreeShortOnes) {
  DecodeChooser chooser(DecodePolicy::automatic, 2);
  Stream stream(chooser);
  for (int i = 0; i < 4; ++i) stream.group(5);
  EXPECT_EQ(stream.group(8), "ASSSSSSS");  // Nothing to build the others on.
  EXPECT_EQ(stream.group(5), "DDDDD");
  EXPECT_EQ(stream.group(5), "DDDDD");
  EXPECT_EQ(stream.group(5), "DDDDD");
  EXPECT_EQ(stream.group(5), "ASSSS");
}

TEST(DecodeChooser, ADistanceBetweenTheTwoLimitsChangesNothing) {
  DecodeChooser keyframes(DecodePolicy::automatic, 2);
  Stream stream(keyframes);
  for (int i = 0; i < 4; ++i) stream.group(5);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(stream.group(6), "ASSSSS");  // 0.6 s = 1.2 / fps_target.

  DecodeChooser all(DecodePolicy::automatic, 2);
  Stream other(all);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(other.group(6), "DDDDDD");
}

TEST(DecodeChooser, NothingIsDecodedBeforeTheFirstKeyframe) {
  for (const auto policy :
       {DecodePolicy::automatic, DecodePolicy::all, DecodePolicy::reference, DecodePolicy::keyframes}) {
    DecodeChooser chooser(policy, 5);
    EXPECT_EQ(chooser.choose(false, 0.0), Choice::skip);
    EXPECT_EQ(chooser.choose(false, 0.1), Choice::skip);
    EXPECT_NE(chooser.choose(true, 0.2), Choice::skip);
    chooser.restart();
    EXPECT_EQ(chooser.choose(false, 0.0), Choice::skip);
  }
}

TEST(DecodeChooser, KeyframesThatDoNotStandAloneEndAutomaticForGood) {
  DecodeChooser chooser(DecodePolicy::automatic, 2);
  Stream stream(chooser);
  for (int i = 0; i < 4; ++i) stream.group(5);
  chooser.alone_failed();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(stream.group(5), "DDDDD");
}

TEST(DecodeChooser, KnowledgeOutlivesARestart) {
  DecodeChooser chooser(DecodePolicy::automatic, 2);
  Stream first(chooser);
  for (int i = 0; i < 4; ++i) first.group(5);
  chooser.restart();
  Stream second(chooser);  // Its time begins at 0 again.
  EXPECT_EQ(second.group(5), "ASSSS");
}

TEST(DecodeChooser, ALimitHoldsFromTheNextKeyframeOnUntilItIsLifted) {
  for (const auto policy : {DecodePolicy::all, DecodePolicy::reference, DecodePolicy::automatic}) {
    DecodeChooser chooser(policy, 5);
    Stream stream(chooser);
    EXPECT_EQ(stream.group(5), "DDDDD");
    chooser.limit(DecodePolicy::keyframes);
    chooser.resume();
    EXPECT_EQ(stream.group(5), "ASSSS");
    EXPECT_EQ(stream.group(5), "ASSSS");
    chooser.limit(DecodePolicy::all);
    EXPECT_EQ(stream.group(5), "DDDDD");
  }
}

TEST(DecodeChooser, ALimitDoesNotHoldWhereKeyframesDoNotStandAlone) {
  DecodeChooser chooser(DecodePolicy::all, 5);
  Stream stream(chooser);
  chooser.limit(DecodePolicy::keyframes);
  EXPECT_EQ(stream.group(5), "ASSSS");
  chooser.alone_failed();
  EXPECT_EQ(stream.group(5), "DDDDD");
}

TEST(DecodeChooser, ALimitDoesNotHoldWhereKeyframesAreSoRareThatNobodyWouldWatch) {
  for (const auto policy : {DecodePolicy::all, DecodePolicy::reference, DecodePolicy::automatic}) {
    DecodeChooser chooser(policy, 5);
    Stream stream(chooser);
    chooser.limit(DecodePolicy::keyframes);
    EXPECT_EQ(stream.group(600), "A" + std::string(599, 'S')) << "nobody knew";
    for (int i = 0; i < 3; ++i) EXPECT_EQ(stream.group(100), std::string(100, 'D'));
    chooser.restart();  // The camera is opened again.
    Stream again(chooser);
    EXPECT_EQ(again.group(100), std::string(100, 'D'));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(again.group(10), std::string(10, 'D'));
    EXPECT_EQ(again.group(10), "ASSSSSSSSS") << "often enough again";
  }
}

TEST(DecodeChooser, UnderALimitAKeyframeIsToBeExpectedForSomeSeconds) {
  DecodeChooser chooser(DecodePolicy::all, 5);
  chooser.choose(true, 0);
  EXPECT_FALSE(chooser.waits_for_keyframe(0.1)) << "there is no limit";
  chooser.limit(DecodePolicy::keyframes);
  EXPECT_FALSE(chooser.waits_for_keyframe(0.1)) << "all of this group is decoded";
  chooser.choose(true, 1);
  EXPECT_TRUE(chooser.waits_for_keyframe(5.9));
  EXPECT_FALSE(chooser.waits_for_keyframe(6.1)) << "it is missing";
}

TEST(DecodeChooser, ALimitHidesNothingFromAutomatic) {
  DecodeChooser chooser(DecodePolicy::automatic, 2);
  Stream stream(chooser);
  chooser.limit(DecodePolicy::keyframes);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(stream.group(5), "ASSSS");
  chooser.limit(DecodePolicy::all);
  EXPECT_EQ(stream.group(5), "ASSSS") << "it has seen by now that keyframes come often enough";
}

TEST(DecodeChooser, FixedPoliciesDoNotLookAtDistances) {
  DecodeChooser all(DecodePolicy::all, 1);
  DecodeChooser keyframes(DecodePolicy::keyframes, 1);
  Stream of_all(all);
  Stream of_keyframes(keyframes);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(of_all.group(2), "DD");
    EXPECT_EQ(of_keyframes.group(100), "A" + std::string(99, 'S'));
  }
}

}  // namespace
}  // namespace kinesight::video

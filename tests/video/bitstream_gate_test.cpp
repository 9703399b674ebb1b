// The gate's decisions, from packets' sizes alone.
#include "video/bitstream_gate.h"

#include <gtest/gtest.h>

#include <string>

#include "base/rng.h"
#include "support/replay.h"

namespace kinesight::video {
namespace {

constexpr std::int64_t kKey = 100'000;
constexpr std::int64_t kQuiet = 500;

/// A camera's packets at 10 fps, in groups of 2 s, shown to a gate.
class Camera {
 public:
  explicit Camera(const BitstreamGateOptions& options = {.enabled = true}) : gate(options) {}

  /// A packet; the passage as a letter: D(ecode), A(lone), H(old), R(elease).
  char packet(bool keyframe, std::int64_t bytes) {
    const char letter = "DAHR"[static_cast<int>(gate.judge(keyframe, time, bytes))];
    time += 0.1;
    return letter;
  }
  /// A keyframe and `count` - 1 packets of `bytes` each.
  std::string group(std::int64_t bytes = kQuiet, int count = 20) {
    std::string letters(1, packet(true, kKey));
    while (--count > 0) letters += packet(false, bytes);
    return letters;
  }
  /// Plays quiet groups until the gate knows them.
  void settle() {
    for (int i = 0; i < 4; ++i) group();
    ASSERT_EQ(group(), kStill);
  }

  const std::string kStill = "A" + std::string(19, 'H');
  const std::string kOpen = std::string(20, 'D');
  BitstreamGate gate;
  double time = 0;
};

TEST(BitstreamGate, ClosesWhenItKnowsWhatQuietIs) {
  Camera camera;
  EXPECT_EQ(camera.group(), camera.kOpen);
  EXPECT_EQ(camera.group(), camera.kOpen);
  EXPECT_EQ(camera.group(), camera.kOpen) << "not yet 5 s";
  EXPECT_EQ(camera.group(), camera.kStill);
  EXPECT_TRUE(camera.gate.closed());
}

TEST(BitstreamGate, ThatIsOffDecodesAll) {
  Camera camera({.enabled = false});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(camera.group(), camera.kOpen);
}

TEST(BitstreamGate, OpensAtTheFirstLargePacketAndClosesAtTheKeyframeAfterACalmHalfSecond) {
  Camera camera;
  camera.settle();
  std::string letters(1, camera.packet(true, kKey));
  for (int i = 0; i < 5; ++i) letters += camera.packet(false, kQuiet);
  letters += camera.packet(false, 5000);
  for (int i = 0; i < 13; ++i) letters += camera.packet(false, 5000);
  EXPECT_EQ(letters, "AHHHHHRDDDDDDDDDDDDD");
  EXPECT_EQ(camera.group(), camera.kOpen) << "it was loud until a moment ago";
  EXPECT_EQ(camera.group(), camera.kStill);
}

TEST(BitstreamGate, OpensWhenPacketsGrowALittleForAWhile) {
  Camera camera;
  camera.settle();
  const auto letters = camera.group(4 * kQuiet);  // Each one by itself might be noise.
  EXPECT_NE(letters.find('R'), std::string::npos);
  Camera deaf({.enabled = true, .ratio = 5});
  deaf.settle();
  EXPECT_EQ(deaf.group(4 * kQuiet), deaf.kStill) << "the ratio decides";
}

TEST(BitstreamGate, IsNotOpenedByNoiseNorByPyramidsOfBFrames) {
  const auto seed = support::replay_seed();
  for (const int pyramid : {1, 2, 4, 8, 16}) {
    SCOPED_TRACE(pyramid);
    Rng rng(seed);
    Camera camera;
    int still = 0;
    for (int group = 0; group < 60; ++group) {
      std::string letters(1, camera.packet(true, static_cast<std::int64_t>(kKey * rng.uniform(0.9, 1.1))));
      for (int i = 1; i < 50; ++i) {
        const double size = (i % pyramid == 0 ? 800 : 80) * rng.uniform(0.7, 1.3);
        letters += camera.packet(false, static_cast<std::int64_t>(size));
      }
      still += letters == "A" + std::string(49, 'H');
    }
    EXPECT_GE(still, 57);
  }
}

TEST(BitstreamGate, OfAConstantBitrateNeverCloses) {
  Rng rng(support::replay_seed());
  Camera camera;
  for (int group = 0; group < 200; ++group) {
    // The encoder makes up for what it spent: every packet is about a sixth of a keyframe, motion or not.
    for (int i = 0; i < 20; ++i) {
      const double size = i == 0 ? kKey : kKey / 6.0 * rng.uniform(0.7, group % 7 == 0 ? 2.0 : 1.3);
      ASSERT_EQ(camera.packet(i == 0, static_cast<std::int64_t>(size)), 'D') << group;
    }
  }
}

TEST(BitstreamGate, OfANoisyStreamClosesOnceItHasSeenThatMotionIsMuchMore) {
  Camera camera;
  const std::int64_t noise = kKey / 12;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(camera.group(noise), camera.kOpen) << "it may be constant motion";
  camera.group(noise * 12);
  EXPECT_EQ(camera.group(noise), camera.kOpen);
  EXPECT_EQ(camera.group(noise), camera.kStill);
}

TEST(BitstreamGate, DoesNotTakeABusyMinuteForTheNewQuiet) {
  Camera camera;
  camera.settle();
  camera.group(8 * kQuiet);
  for (int i = 0; i < 90; ++i) ASSERT_EQ(camera.group(8 * kQuiet), camera.kOpen) << "after " << i * 2 << " s";
}

TEST(BitstreamGate, FollowsTheNoiseOfDusk) {
  Camera camera;
  camera.settle();
  int open = 0;
  double size = 200;
  for (int i = 0; i < 600; ++i, size *= std::exp2(2.0 / 600))  // Twice as much every 10 minutes.
    open += camera.group(static_cast<std::int64_t>(size)) != camera.kStill;
  EXPECT_EQ(open, 0);
}

TEST(BitstreamGate, DecodesAGroupThatEndsWithTheBeginningOfSomething) {
  Camera camera;
  camera.settle();
  camera.packet(true, kKey);
  for (int i = 0; i < 18; ++i) camera.packet(false, kQuiet);
  EXPECT_EQ(camera.packet(false, 2 * kQuiet), 'H') << "by itself it means little";
  EXPECT_EQ(camera.packet(true, kKey), 'R');
}

TEST(BitstreamGate, DecodesAGroupInWhichAStretchOfTimeIsMissing) {
  Camera camera;
  camera.settle();
  camera.packet(true, kKey);
  EXPECT_EQ(camera.packet(false, kQuiet), 'H');
  camera.time += 2.1;
  EXPECT_EQ(camera.packet(false, kQuiet), 'R');

  Camera other;
  other.settle();
  other.time += 2.1;
  EXPECT_EQ(other.packet(true, kKey), 'R') << "the end of the group before may be what is missing";

  Camera leaping;
  leaping.settle();
  leaping.packet(true, kKey);
  leaping.gate.broken();
  EXPECT_EQ(leaping.packet(false, kQuiet), 'R');
}

TEST(BitstreamGate, OfAStreamOfRareFramesTakesItsStepsForWhatTheyAre) {
  BitstreamGate gate({.enabled = true, .max_still_seconds = 60});
  std::string letters;
  for (int i = 0; i < 60; ++i)
    letters += "DAHR"[static_cast<int>(gate.judge(i % 10 == 0, i * 3.0, i % 10 ? kQuiet : kKey))];
  EXPECT_EQ(letters.substr(40), "AHHHHHHHHHAHHHHHHHHH");
}

TEST(BitstreamGate, DecodesAFrameWithinMaxStillSeconds) {
  Camera camera({.enabled = true, .max_still_seconds = 2.95});
  camera.settle();
  const auto endless = camera.group(kQuiet, 100);
  EXPECT_EQ(endless.substr(0, 32), "A" + std::string(29, 'H') + "RD");
  EXPECT_EQ(camera.group(kQuiet, 100), std::string(100, 'D')) << "nothing would be saved";
  EXPECT_EQ(camera.group(), camera.kOpen);
  EXPECT_EQ(camera.group(), camera.kStill);
}

TEST(BitstreamGate, HoldsBoundedBytesAndPackets) {
  Camera camera({.enabled = true, .ratio = 1e9, .max_still_seconds = 1e9});
  camera.settle();
  camera.packet(true, kKey);
  std::int64_t held = kKey;
  while (camera.packet(false, 1 << 20) == 'H') held += 1 << 20;
  EXPECT_LE(held, std::int64_t{8} << 20);
  EXPECT_GE(held, std::int64_t{6} << 20);

  Camera slow({.enabled = true, .max_still_seconds = 1e9});
  slow.settle();
  const auto letters = slow.group(1, 1000);
  EXPECT_EQ(letters.find('R'), 600u);
}

TEST(BitstreamGate, StaysOpenWhereKeyframesDoNotStandAlone) {
  Camera camera;
  camera.settle();
  camera.packet(true, kKey);
  camera.gate.alone_failed();
  EXPECT_EQ(camera.packet(false, kQuiet), 'R');
  for (int i = 0; i < 10; ++i) EXPECT_EQ(camera.group(), camera.kOpen);
}

TEST(BitstreamGate, KeepsWhatItLearntOverARestartButNotItsCalm) {
  Camera camera;
  camera.settle();
  camera.gate.restart();
  EXPECT_FALSE(camera.gate.closed());
  camera.time = 0;
  EXPECT_EQ(camera.group(), camera.kOpen);
  EXPECT_EQ(camera.group(), camera.kStill);
}

}  // namespace
}  // namespace kinesight::video

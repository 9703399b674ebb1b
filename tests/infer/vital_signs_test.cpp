#include "infer/vital_signs.h"

#include <gtest/gtest.h>

namespace kinesight::infer {
namespace {

using Doing = VitalSigns::Doing;

Clock::Steady at(double seconds) { return Clock::Steady(seconds_duration(seconds)); }

/// Reads for `seconds`, `frames` a second whose capture times go by `pace` times as fast as the clock; the
/// reason of the trouble that it comes to.
std::string_view after(double seconds, double frames, double pace, bool live = true) {
  VitalSigns signs(60);
  signs.now_doing(Doing::watching, at(0));
  for (int i = 0; i <= seconds * frames; ++i) signs.frame(1.7e9 + i * pace / frames, live, at(i / frames));
  const auto trouble = signs.trouble(at(seconds));
  return trouble ? trouble->reason : "";
}

TEST(VitalSigns, SilenceIsTroubleOnlyWhileFramesAreDue) {
  VitalSigns signs(60);
  EXPECT_FALSE(signs.trouble(at(1000))) << "its thread has not begun";
  signs.now_doing(Doing::opening, at(1000));
  EXPECT_FALSE(signs.trouble(at(1599)));
  EXPECT_EQ(signs.trouble(at(1600))->reason, "stalled");
  signs.now_doing(Doing::watching, at(1600));
  signs.frame(5, true, at(1630));
  EXPECT_FALSE(signs.trouble(at(1689)));
  EXPECT_EQ(signs.trouble(at(1690))->reason, "stalled");
  signs.now_doing(Doing::resting, at(1690));
  EXPECT_FALSE(signs.trouble(at(99'999)));
}

TEST(VitalSigns, ZeroSecondsIsNever) {
  VitalSigns signs(0);
  signs.now_doing(Doing::watching, at(0));
  EXPECT_FALSE(signs.trouble(at(1e6)));
}

TEST(VitalSigns, ALiveSourceThatOutrunsTimeIsARunaway) {
  EXPECT_EQ(after(31, 25, 1), "");
  EXPECT_EQ(after(31, 25, 6), "runaway");
  EXPECT_EQ(after(31, 600, 1), "runaway") << "no camera has so many frames a second";
  EXPECT_EQ(after(31, 600, 6, false), "") << "a recording is read as fast as it can be";
  EXPECT_EQ(after(25, 100, 6), "") << "catching up after an outage takes a while";
}

}  // namespace
}  // namespace kinesight::infer

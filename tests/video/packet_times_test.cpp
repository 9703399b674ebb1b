#include "video/libav/packet_times.h"

#include <gtest/gtest.h>

#include <limits>

namespace kinesight::video::libav {
namespace {

constexpr std::int64_t kNone = AV_NOPTS_VALUE;

/// A stream of 10 fps with a time base of a millisecond.
class PacketTimesTest : public testing::Test {
 protected:
  struct Fixed {
    std::int64_t pts;
    std::int64_t dts;
    bool cut;
    bool operator==(const Fixed&) const = default;
  };
  Fixed fix(std::int64_t pts, std::int64_t dts, std::int64_t duration = 100) {
    const PacketPtr packet(av_packet_alloc());
    packet->pts = pts;
    packet->dts = dts;
    packet->duration = duration;
    const bool cut = times.fix(*packet);
    return {packet->pts, packet->dts, cut};
  }

  PacketTimes times{{1, 1000}, {10, 1}};
};

TEST_F(PacketTimesTest, GoodOnesStayAsTheyAre) {
  // I P B B as decoders get them.
  EXPECT_EQ(fix(5000, 4800), (Fixed{5000, 4800, false}));
  EXPECT_EQ(fix(5300, 4900), (Fixed{5300, 4900, false}));
  EXPECT_EQ(fix(5100, 5000), (Fixed{5100, 5000, false}));
  EXPECT_EQ(fix(5200, 5100), (Fixed{5200, 5100, false}));
  EXPECT_DOUBLE_EQ(times.seconds(5300), 0.3);
  EXPECT_DOUBLE_EQ(times.length(), 0.4);
}

TEST_F(PacketTimesTest, ALeapBackOrAheadIsACutAndTimeGoesOn) {
  fix(5000, 5000);
  EXPECT_EQ(fix(0, 0), (Fixed{5100, 5100, true}));
  EXPECT_EQ(fix(100, 100), (Fixed{5200, 5200, false}));
  EXPECT_EQ(fix(90'000'000, 90'000'000), (Fixed{5300, 5300, true}));
  EXPECT_EQ(fix(90'000'100, 90'000'100), (Fixed{5400, 5400, false}));
}

TEST_F(PacketTimesTest, AShortGapIsTime) {
  fix(0, 0);
  EXPECT_EQ(fix(9000, 9000), (Fixed{9000, 9000, false}));
}

TEST_F(PacketTimesTest, MissingTimesAreFilledIn) {
  EXPECT_EQ(fix(kNone, kNone, 0), (Fixed{kNone, 0, false}));
  EXPECT_EQ(fix(kNone, kNone, 0), (Fixed{kNone, 100, false}));
  EXPECT_EQ(fix(250, kNone, 0), (Fixed{250, 250, false}));
  EXPECT_EQ(fix(kNone, kNone, 0), (Fixed{kNone, 350, false}));
}

TEST_F(PacketTimesTest, AbsurdTimesAreTakenOut) {
  fix(0, 0);
  EXPECT_EQ(fix(std::numeric_limits<std::int64_t>::max(), 100), (Fixed{kNone, 100, false}));
  EXPECT_EQ(fix(3'600'000, 200), (Fixed{kNone, 200, false}));  // An hour after it is decoded.
  EXPECT_EQ(fix(kNone, std::numeric_limits<std::int64_t>::min() + 1), (Fixed{kNone, 300, false}));
}

TEST(PacketTimesOfAnOddStream, WithoutTimeBaseOrRateGoOn) {
  PacketTimes times({0, 0}, {0, 0});
  const PacketPtr packet(av_packet_alloc());
  for (int i = 0; i < 26; ++i) {
    packet->pts = packet->dts = kNone;
    packet->duration = 0;
    times.fix(*packet);
  }
  EXPECT_NEAR(times.seconds(packet->dts), 1.0, 1e-9);
}

}  // namespace
}  // namespace kinesight::video::libav

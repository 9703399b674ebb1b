#include "infer/backfill/load.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace kinesight::infer {
namespace {

TEST(ProcessorTimes, CountsWhatIsNotIdle) {
  const auto times = parse_processor_times("cpu  100 1 20 1000 50 2 3 4 0 0\ncpu0 1 2 3 4\n");
  ASSERT_TRUE(times);
  EXPECT_EQ(times->busy, 130u);
  EXPECT_EQ(times->total, 1180u) << "waiting for a disk is not being busy";
}

TEST(ProcessorTimes, OtherTextIsNothing) {
  EXPECT_FALSE(parse_processor_times(""));
  EXPECT_FALSE(parse_processor_times("intr 1 2 3 4 5"));
  EXPECT_FALSE(parse_processor_times("cpu 1 2"));
}

TEST(SystemLoad, IsBusyUntilItKnowsAndThenAShare) {
  support::FakeClock clock;
  SystemLoad load(clock);
  EXPECT_EQ(load.share(), 1);
  EXPECT_EQ(load.share(), 1);
  clock.advance_seconds(3);
  const double share = load.share();
  EXPECT_GE(share, 0);
  EXPECT_LE(share, 1);
}

}  // namespace
}  // namespace kinesight::infer

// What each fault of the service or the camera costs: nothing, or exactly what the gaps say.
#include <gmock/gmock.h>

#include "kvs/rig.h"

namespace kinesight::kvs_test {
namespace {

using video::kvs_hls::ConnectionState;

TEST(KvsSource, GivesEveryFrameOnceOverManyRenewals) {
  Rig rig;
  rig.options.hls_session_seconds = 20;
  rig.options.refresh_margin_seconds = 5;
  rig.run_until(kStart + 60 + 180);
  rig.expect_exact();
  EXPECT_TRUE(rig.gaps.empty());
  EXPECT_TRUE(rig.errors.empty());
  EXPECT_GE(rig.metric(telemetry::kKvsUrlRefreshes), 8);
  EXPECT_GT(rig.seen.size(), 1700U);
  EXPECT_EQ(rig.metric(telemetry::kKvsFrames), static_cast<double>(rig.seen.size()));
  EXPECT_EQ(rig.metric(telemetry::kKvsConnectionState), 2);
  EXPECT_EQ(rig.metric(telemetry::kKvsReadErrors), 0);
  EXPECT_EQ(rig.metric(telemetry::kKvsReconnects), 0);
  EXPECT_DOUBLE_EQ(rig.metric(telemetry::kKvsLastFrame), rig.seen.back().capture_time);
}

TEST(KvsSource, BeginsWithTheNewestFragment) {
  Rig rig({}, 600);  // The camera has been sending for ten minutes.
  rig.run_until(kStart + 620);
  ASSERT_FALSE(rig.seen.empty());
  EXPECT_GT(rig.seen.front().capture_time, kStart + 595);
}

/// One fault, in force for a while in the middle of a run.
struct Case {
  std::string fault;
  std::string value;
  double seconds = 8;
  std::string counted_as;  ///< A value of the metric's label `fault`.
  bool costs = false;      ///< Whether footage may be lost; what is has to be declared.
};

class KvsSourceUnder : public testing::TestWithParam<Case> {};

TEST_P(KvsSourceUnder, LosesNothingUnsaid) {
  const Case& fault = GetParam();
  Rig rig;
  rig.run_until(kStart + 90);
  rig.add_fault(
      {.name = fault.fault, .value = fault.value, .begin = kStart + 90, .end = kStart + 90 + fault.seconds});
  rig.run_until(kStart + 330);
  rig.expect_exact();
  if (!fault.costs) {
    EXPECT_TRUE(rig.gaps.empty()) << rig.gaps.front().begin - kStart << " " << rig.gaps.front().reason;
  }
  if (!fault.counted_as.empty()) {
    EXPECT_GT(rig.fault(fault.counted_as), 0) << rig.telemetry.metrics.text();
  }
  ASSERT_FALSE(rig.seen.empty());
  EXPECT_GT(rig.seen.back().capture_time, kStart + 320) << "it came back";
  EXPECT_EQ(rig.source->state(), ConnectionState::connected);
  EXPECT_TRUE(rig.source->is_healthy());
  EXPECT_LE(rig.longest_call_seconds, 90);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, KvsSourceUnder,
    testing::Values(Case{"session_expired", "", 3, "playlist_403"},
                    Case{"playlist_403", "", 5, "playlist_403"}, Case{"playlist_404", "", 5, "playlist_404"},
                    Case{"playlist_5xx", "", 6, "http_5xx"}, Case{"fragment_403", "", 5, "fragment_403"},
                    Case{"fragment_404", "", 5, "fragment_404", true},
                    Case{"fragment_5xx", "", 5, "http_5xx"}, Case{"init_5xx", "", 5, ""},
                    Case{"stall", "8", 5, "timeout"}, Case{"endless", "", 4, "", true},
                    Case{"cut", "", 4, "", true}, Case{"bad_playlist", "", 5, "bad_playlist"},
                    Case{"bad_fragment", "", 1, ""}, Case{"bad_fragment", "", 20, "bad_fragment", true},
                    Case{"throttled", "", 5, ""}, Case{"api_5xx", "", 20, ""}, Case{"denied", "", 5, ""},
                    Case{"offline", "", 12, "discontinuity", true}, Case{"offline", "", 100, "stalled", true},
                    Case{"gap", "4", 1, "discontinuity", true}, Case{"resolution", "", 30, "init_changed"}),
    [](const auto& test) {
      return std::to_string(test.index) + "_" + test.param.fault +
             std::to_string(static_cast<int>(test.param.seconds));
    });

}  // namespace
}  // namespace kinesight::kvs_test

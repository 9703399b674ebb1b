#include "telemetry/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::telemetry {
namespace {

TEST(Health, IsAsBadAsItsWorstPart) {
  Health health;
  EXPECT_EQ(health.state(), HealthState::ok);
  health.report("camera a", HealthState::degraded, "offline");
  health.report("camera b", HealthState::ok);
  EXPECT_EQ(health.state(), HealthState::degraded);
  health.report("supervisor", HealthState::failed, "all workers died");
  EXPECT_EQ(health.state(), HealthState::failed);
  EXPECT_THAT(health.reasons(), testing::ElementsAre("camera a: offline", "supervisor: all workers died"));
}

TEST(Health, IsWellAgainWhenEveryPartIs) {
  Health health;
  health.report("camera a", HealthState::degraded, "offline");
  health.report("camera b", HealthState::failed, "dead");
  health.report("camera a", HealthState::ok);
  health.forget("camera b");
  EXPECT_EQ(health.state(), HealthState::ok);
  EXPECT_THAT(health.reasons(), testing::IsEmpty());
}

}  // namespace
}  // namespace kinesight::telemetry

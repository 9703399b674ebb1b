// Faults on request: which strike, when, how often, and what stays of them.
#include "sim/kvs/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::sim::kvs {
namespace {

using testing::HasSubstr;

Fault fault(const std::string& text, double now = 0) { return parse_fault(text, now).value(); }

TEST(ParseFault, TakesNameValueAndStream) {
  const Fault all = fault("stall=8", 5);
  EXPECT_EQ(all.name, "stall");
  EXPECT_EQ(all.value, "8");
  EXPECT_EQ(all.stream, "*");
  EXPECT_EQ(all.begin, 5);
  const Fault one = fault("cam.1:resolution=640x360");
  EXPECT_EQ(one.name, "resolution");
  EXPECT_EQ(one.value, "640x360");
  EXPECT_EQ(one.stream, "cam.1");
  EXPECT_EQ(fault("offline").value, "");
}

TEST(ParseFault, NamesTheNearestOne) {
  const auto wrong = parse_fault("cam:offlin", 0);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid);
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean 'offline'?"));
}

TEST(ParseFault, RefusesValuesOfTheWrongKind) {
  for (const char* text : {"stall=long", "stall=-1", "gap=1e9", "playlist_5xx=404", "resolution=640",
                           "resolution=0x0", "offline=yes", "clock_skew=1h", "", "=3", ":offline"}) {
    EXPECT_FALSE(parse_fault(text, 0)) << text;
  }
  for (const char* text : {"clock_skew=-2.5", "playlist_5xx=500", "stall=0.5", "resolution"}) {
    EXPECT_TRUE(parse_fault(text, 0)) << text;
  }
}

TEST(ParseFault, EveryKindCanBeAskedForByItsName) {
  for (const FaultKind& kind : fault_kinds()) EXPECT_TRUE(parse_fault(kind.name, 0)) << kind.name;
}

TEST(Faults, StrikeFromBeginToEndAndTheStreamTheyAreOf) {
  Faults faults(1);
  Fault stall = fault("front:stall=8", 10);
  stall.end = 20;
  faults.add(stall);
  EXPECT_EQ(faults.strike("stall", "front", 9), std::nullopt);
  EXPECT_EQ(faults.strike("stall", "front", 10), "8");
  EXPECT_EQ(faults.strike("stall", "back", 10), std::nullopt);
  EXPECT_EQ(faults.strike("cut", "front", 10), std::nullopt);
  EXPECT_EQ(faults.strike("stall", "front", 20), std::nullopt);
}

TEST(Faults, OneOfTheFutureLeavesThoseThatAreInForce) {
  Faults faults(1);
  Fault now = fault("stall", 10);
  now.end = 20;
  faults.add(now);
  faults.add(fault("cut", 100));
  EXPECT_TRUE(faults.strike("stall", "a", 15));
}

TEST(Faults, StrikeAsOftenAsTheyAreCounted) {
  Faults faults(1);
  Fault once = fault("cut");
  once.count = 2;
  faults.add(once);
  EXPECT_TRUE(faults.strike("cut", "a", 1));
  EXPECT_EQ(faults.list(1).front().count, 1);
  EXPECT_TRUE(faults.strike("cut", "b", 1));
  EXPECT_FALSE(faults.strike("cut", "a", 1));
  EXPECT_TRUE(faults.list(1).empty());
}

TEST(Faults, StrikeWithTheirProbabilityTheSameForASeed) {
  const auto strikes = [](std::uint64_t seed) {
    Faults faults(seed);
    Fault rare = fault("throttled");
    rare.probability = 0.25;
    faults.add(rare);
    std::string pattern;
    for (int i = 0; i < 1000; ++i) pattern += faults.strike("throttled", "a", 0) ? '1' : '0';
    return pattern;
  };
  EXPECT_EQ(strikes(7), strikes(7));
  EXPECT_NE(strikes(7), strikes(8));
  EXPECT_NEAR(static_cast<double>(std::ranges::count(strikes(7), '1')), 250, 60);
}

TEST(Faults, WhatACameraDidNotSendStaysUnsent) {
  Faults faults(1);
  faults.add(fault("front:offline", 10));
  faults.add(fault("front:stall", 10));
  faults.clear(15);
  const auto history = faults.history("offline", "front");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].begin, 10);
  EXPECT_EQ(history[0].end, 15);
  EXPECT_TRUE(faults.history("stall", "front").empty());
  EXPECT_TRUE(faults.list(15).empty());
}

TEST(Faults, ClearsByNameAndStream) {
  Faults faults(1);
  for (const char* text : {"a:cut", "b:cut", "a:stall"}) faults.add(fault(text));
  faults.clear(1, "cut", "a");
  EXPECT_FALSE(faults.strike("cut", "a", 2));
  EXPECT_TRUE(faults.strike("cut", "b", 2));
  EXPECT_TRUE(faults.strike("stall", "a", 2));
  faults.clear(1, "cut");
  EXPECT_FALSE(faults.strike("cut", "b", 2));
}

TEST(Faults, AreBounded) {
  Faults faults(1);
  for (int i = 0; i < 5000; ++i) faults.add(fault("offline", i));
  EXPECT_EQ(faults.history("offline", "a").size(), 1000U);
  EXPECT_EQ(faults.history("offline", "a").back().begin, 4999);
}

}  // namespace
}  // namespace kinesight::sim::kvs

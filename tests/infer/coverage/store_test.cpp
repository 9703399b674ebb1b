// The coverage record on disk: written by one, read by another, over restarts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infer/coverage/coverage_rig.h"

namespace kinesight::infer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class CoverageStoreTest : public testing::Test, protected CoverageRig {
 protected:
  CoverageStore store() {
    auto opened = CoverageStore::open(folder.path());
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  static Span at(double begin, double end, const std::string& reason = {}) {
    return {ms(begin), ms(end), reason};
  }
};

TEST_F(CoverageStoreTest, BetweenTwoRunsTheServiceWasStopped) {
  run(0, 10);
  run(60, 70);
  EXPECT_THAT(known(-100, 70),
              ElementsAre(Span{0, 10'000}, Span{10'000, 60'000, "stopped"}, Span{60'000, 70'000}));
  EXPECT_EQ(telemetry.metrics.value(telemetry::kUnwatched, {"front", "stopped"}), 50);
}

TEST_F(CoverageStoreTest, AfterTheLastRunItIsStoppedUpToNow) {
  run(0, 10);
  EXPECT_THAT(known(0, 25), ElementsAre(Span{0, 10'000}, Span{10'000, 25'000, "stopped"}));
}

TEST_F(CoverageStoreTest, ARangeIsCutOutOfWhatIsKnown) {
  run(0, 10);
  run(60, 70);
  EXPECT_THAT(known(5, 40), ElementsAre(Span{5000, 10'000}, Span{10'000, 40'000, "stopped"}));
  EXPECT_THAT(known(20, 40), ElementsAre(Span{20'000, 40'000, "stopped"}));
  EXPECT_THAT(known(62, 63), ElementsAre(Span{62'000, 63'000}));
  EXPECT_THAT(known(-50, -10), IsEmpty());
}

TEST_F(CoverageStoreTest, CamerasAreKeptApart) {
  run(0, 10, "front");
  run(5, 8, "back");
  EXPECT_THAT(known(0, 8, "back"), ElementsAre(Span{5000, 8000}));
  EXPECT_THAT(known(0, 8, "nowhere"), IsEmpty());
  const auto all = CoverageView(folder.path()).reports({ms(0), ms(10), ms(10)});
  ASSERT_TRUE(all);
  ASSERT_THAT(*all, SizeIs(2));
  EXPECT_EQ((*all)[0].camera_id, "back");
}

TEST_F(CoverageStoreTest, WhatACrashLeftIsReadAndNeverTakenForWatched) {
  auto writer = store();
  ASSERT_TRUE(writer.add("front", {at(0, 10)}));
  ASSERT_TRUE(writer.stand("front", {ms(10), Watching::yes, ms(10)}));
  EXPECT_THAT(known(0, 20), ElementsAre(Span{0, 10'000})) << "it may only be slow: nothing is said yet";
  EXPECT_THAT(known(0, 60), ElementsAre(Span{0, 10'000}, Span{10'000, 60'000, "stopped"}));
}

TEST_F(CoverageStoreTest, AnOutageThatGoesOnIsOfflineUpToNow) {
  auto writer = store();
  ASSERT_TRUE(writer.add("front", {at(0, 10)}));
  ASSERT_TRUE(writer.stand("front", {ms(39), Watching::offline, ms(10)}));
  EXPECT_THAT(known(0, 40), ElementsAre(Span{0, 10'000}, Span{10'000, 40'000, "offline"}));
  ASSERT_TRUE(writer.stand("front", {ms(39), Watching::offline, ms(30)}));
  EXPECT_THAT(known(0, 40),
              ElementsAre(Span{0, 10'000}, Span{10'000, 30'000, "stopped"}, Span{30'000, 40'000, "offline"}))
      << "the run with the outage began at 30";
  ASSERT_TRUE(writer.stand("front", {ms(39), Watching::ended, ms(10)}));
  EXPECT_THAT(known(0, 40), ElementsAre(Span{0, 10'000}));
}

TEST_F(CoverageStoreTest, ACameraThatGivesNothingForAMinuteIsOfflineThoughNothingFailed) {
  auto writer = store();
  ASSERT_TRUE(writer.add("front", {at(0, 10)}));
  ASSERT_TRUE(writer.stand("front", {ms(69), Watching::yes, ms(10)}));
  EXPECT_THAT(known(0, 69), ElementsAre(Span{0, 10'000}));
  ASSERT_TRUE(writer.stand("front", {ms(80), Watching::yes, ms(10)}));
  EXPECT_THAT(known(0, 80), ElementsAre(Span{0, 10'000}, Span{10'000, 80'000, "offline"}));
}

TEST_F(CoverageStoreTest, ACameraThatNeverCameIsOfflineFromItsFirstRunOn) {
  auto writer = store();
  ASSERT_TRUE(writer.stand("front", {ms(8), Watching::offline, ms(0)}));
  EXPECT_THAT(known(-10, 8), ElementsAre(Span{0, 8000, "offline"}));
}

TEST_F(CoverageStoreTest, WatchedLaterIsBackfilledAndTheRestHasATryMore) {
  auto writer = store();
  ASSERT_TRUE(writer.add("front", {at(0, 10), at(10, 40, "lost"), at(40, 50)}));
  ASSERT_TRUE(writer.backfilled("front", ms(10), ms(40), {at(10, 20), at(30, 40)}));
  ASSERT_TRUE(writer.stand("front", {ms(50), Watching::yes, ms(50)}));
  EXPECT_THAT(known(0, 50), ElementsAre(Span{0, 10'000}, Span{10'000, 20'000, "lost", true},
                                        Span{20'000, 30'000, "lost", false, 1},
                                        Span{30'000, 40'000, "lost", true}, Span{40'000, 50'000}));
}

TEST_F(CoverageStoreTest, TheNextToWatchIsTheOldestOfThoseTriedLeast) {
  auto writer = store();
  ASSERT_TRUE(writer.add("front", {at(0, 10, "lost"), at(10, 20), at(20, 20.5, "skipped"), at(20.5, 30),
                                   at(30, 60, "overload")}));
  const auto next = [&](double from, double to) {
    return writer.next_missed("front", ms(from), ms(to), 1000, 3).value();
  };
  EXPECT_EQ(next(-100, 100), at(0, 10, "lost"));
  EXPECT_EQ(next(4, 100), at(4, 10, "lost"));
  EXPECT_EQ(next(9.5, 100), at(30, 60, "overload")) << "half a second is not worth it";
  EXPECT_EQ(next(9.5, 59), std::nullopt)
      << "it has not ended: a part would leave a rest too short to be worth it";
  ASSERT_TRUE(writer.backfilled("front", ms(0), ms(10), {}));
  EXPECT_EQ(next(-100, 100), at(30, 60, "overload"));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer.backfilled("front", ms(30), ms(60), {}));
  ASSERT_TRUE(writer.backfilled("front", ms(0), ms(10), {}));
  EXPECT_EQ(next(-100, 100)->tries, 2);
  ASSERT_TRUE(writer.backfilled("front", ms(0), ms(10), {}));
  EXPECT_EQ(next(-100, 100), std::nullopt) << "three times each";
}

TEST_F(CoverageStoreTest, AClockSetBackCutsNothingThatWasWatched) {
  run(100, 110);
  run(0, 105);
  EXPECT_THAT(known(0, 110), ElementsAre(Span{0, 110'000}));
}

TEST_F(CoverageStoreTest, TheRecordIsBounded) {
  auto writer = store();
  Spans spans;
  for (int i = 0; i < 100; ++i) {
    append(spans, at(i, i + 0.5));
    append(spans, at(i + 0.5, i + 1, "lost"));
  }
  ASSERT_TRUE(writer.add("front", spans));
  ASSERT_TRUE(writer.add("back", {at(0, 1)}));
  ASSERT_TRUE(writer.stand("front", {ms(100), Watching::yes, ms(100)}));
  EXPECT_EQ(writer.retain({.days = 90, .spans = 10}, ms(100)), 190);
  EXPECT_THAT(known(0, 100), SizeIs(10));
  EXPECT_EQ(known(0, 100).front().begin_ms, 95'000) << "the newest stay";
  EXPECT_EQ(writer.retain({.days = 90, .spans = 10}, ms(90 * 86'400 + 98)), 5 + 1) << "with back's only one";
}

TEST_F(CoverageStoreTest, ACameraThatIsNoMoreIsForgottenWithTheLastOfItsSpans) {
  auto writer = store();
  ASSERT_TRUE(writer.add("front", {at(0, 10)}));
  ASSERT_TRUE(writer.stand("front", {ms(10), Watching::stopped, ms(10)}));
  const auto reports_after = [&](double days) {
    EXPECT_TRUE(writer.retain({.days = 90}, ms(days * 86'400)));
    return CoverageView(folder.path()).reports({ms(0), ms(days * 86'400), ms(days * 86'400)})->size();
  };
  EXPECT_EQ(reports_after(89), 1u);
  EXPECT_EQ(reports_after(91), 0u);
}

TEST_F(CoverageStoreTest, ANewerRecordIsLeftAlone) {
  store();
  auto raw = storage::Database::open(folder.path() / "coverage.db", storage::Database::Mode::read_write);
  ASSERT_TRUE(raw->execute("PRAGMA user_version = 99"));
  EXPECT_EQ(CoverageStore::open(folder.path()).error().kind, ErrorKind::invalid);
  EXPECT_THAT(CoverageView(folder.path()).reports({0, 1, 1}).error().message, testing::HasSubstr("found 99"));
}

TEST_F(CoverageStoreTest, AFolderWithoutARecordIsAnErrorThatNamesIt) {
  const auto reports = CoverageView(folder.path()).reports({0, 1, 1});
  ASSERT_FALSE(reports);
  EXPECT_EQ(reports.error().kind, ErrorKind::not_found);
  EXPECT_THAT(reports.error().message, testing::HasSubstr(folder.path().string()));
}

}  // namespace
}  // namespace kinesight::infer

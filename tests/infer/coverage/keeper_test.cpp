#include "infer/coverage/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "infer/coverage/coverage_rig.h"

namespace kinesight::infer {
namespace {

using support::FakeClock;
using testing::ElementsAre;
using testing::IsEmpty;

class CoverageKeeperTest : public testing::Test, protected CoverageRig {
 protected:
  void see(CoverageRecorder& recorder, double seconds) {
    recorder.frame(support::make_frame(kStart / 1000.0 + seconds), FrameFate::processed);
  }
  /// The keeper has written and waits.
  void next_write() {
    waiting.await_waiters();
    waiting.advance_seconds(2);
    waiting.await_waiters();
  }

  FakeClock waiting{kStart / 1000.0, FakeClock::Waiting::blocks};
};

TEST_F(CoverageKeeperTest, WritesEveryTwoSecondsAndAtTheStop) {
  CoverageKeeper keeper(folder.path(), telemetry, waiting);
  auto& recorder = *keeper.recorder("front", 10);
  see(recorder, 0);
  see(recorder, 1);
  keeper.start();
  next_write();
  EXPECT_THAT(known(0, 2), ElementsAre(Span{0, 1000}));
  see(recorder, 3);
  EXPECT_THAT(known(0, 3), ElementsAre(Span{0, 1000}));
  keeper.stop();
  EXPECT_THAT(known(0, 3), ElementsAre(Span{0, 3000}));
}

TEST_F(CoverageKeeperTest, AnOutageShowsWhileItLastsAndStaysWhenTheServiceStops) {
  CoverageKeeper keeper(folder.path(), telemetry, waiting);
  auto& recorder = *keeper.recorder("front", 10);
  see(recorder, 0);
  see(recorder, 1);
  recorder.failed();
  keeper.start();
  next_write();
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 1000}, Span{1000, 10'000, "offline"}));
  waiting.advance_seconds(18);
  keeper.stop();
  EXPECT_THAT(known(0, 30),
              ElementsAre(Span{0, 1000}, Span{1000, 20'000, "offline"}, Span{20'000, 30'000, "stopped"}));
  EXPECT_EQ(telemetry.metrics.value(telemetry::kUnwatched, {"front", "offline"}), 19);
}

TEST_F(CoverageKeeperTest, EveryReasonHasASeriesFromTheStart) {
  CoverageKeeper keeper(folder.path(), telemetry, waiting);
  keeper.recorder("front", 10);
  const auto text = telemetry.metrics.text();
  for (const auto* reason : {"lost", "skipped", "offline", "stopped", "overload"}) {
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("reason=\"{}\"}} 0", reason)));
  }
}

TEST_F(CoverageKeeperTest, ARecordThatCannotBeWrittenDegradesHealthAndLosesNothing) {
  const auto place = folder.path() / "state";
  std::filesystem::create_directories(place / "coverage.db");  // A folder where the file should be.
  CoverageKeeper keeper(place, telemetry, waiting);
  auto& recorder = *keeper.recorder("front", 10);
  see(recorder, 0);
  see(recorder, 1);
  keeper.start();
  next_write();
  EXPECT_EQ(telemetry.health.state(), telemetry::HealthState::degraded);
  std::filesystem::remove(place / "coverage.db");
  next_write();
  keeper.stop();
  EXPECT_EQ(telemetry.health.state(), telemetry::HealthState::ok);
  const auto reports = CoverageView(place).reports({ms(0), ms(1), ms(1)});
  ASSERT_TRUE(reports);
  EXPECT_THAT(reports->at(0).spans, ElementsAre(Span{ms(0), ms(1)}));
}

TEST_F(CoverageKeeperTest, ACameraThatGaveNoSignOfLifeIsNotSaidToBeOffline) {
  CoverageKeeper keeper(folder.path(), telemetry, waiting);
  keeper.recorder("recording", 10);
  keeper.start();
  next_write();
  EXPECT_THAT(known(0, 2), IsEmpty());
  const auto reports = CoverageView(folder.path()).reports({ms(0), ms(120), ms(120)});
  ASSERT_TRUE(reports);
  EXPECT_THAT(*reports, IsEmpty());
  keeper.stop();
}

TEST_F(CoverageKeeperTest, ARecordThatCannotBeBoundedDegradesHealth) {
  CoverageKeeper keeper(folder.path(), telemetry, waiting);
  auto& recorder = *keeper.recorder("front", 10);
  see(recorder, 0);
  see(recorder, 1);
  {
    auto store = CoverageStore::open(folder.path());
    ASSERT_TRUE(store && store->add("old", {{1000, 2000}}));
    auto raw = storage::Database::open(folder.path() / "coverage.db", storage::Database::Mode::read_write);
    ASSERT_TRUE(
        raw->execute("CREATE TRIGGER stuck BEFORE DELETE ON spans WHEN old.camera_id = 'old' "
                     "BEGIN SELECT raise(ABORT, 'stuck'); END"));
  }
  keeper.start();
  next_write();
  EXPECT_EQ(telemetry.health.state(), telemetry::HealthState::degraded);
  EXPECT_THAT(known(0, 1), ElementsAre(Span{0, 1000}));
  keeper.stop();
}

TEST_F(CoverageKeeperTest, ACameraThatBeginsAnewGoesOnWhereItsFirstRecorderWasLeft) {
  CoverageKeeper keeper(folder.path(), telemetry, waiting);
  const auto first = keeper.recorder("front", 10);
  see(*first, 0);
  see(*first, 1);
  keeper.start();
  next_write();
  see(*first, 2);
  const auto second = keeper.recorder("front", 10);
  keeper.leave(first);
  keeper.leave(first);  // Again is no harm.
  see(*first, 3);       // Nobody listens any more.
  see(*second, 5);
  see(*second, 6);
  next_write();
  see(*second, 7);
  keeper.stop();
  EXPECT_THAT(known(0, 7), ElementsAre(Span{0, 2000}, Span{2000, 5000, "stopped"}, Span{5000, 7000}));
}

}  // namespace
}  // namespace kinesight::infer

// What is particular about the tables in SQLite.
#include "stream/tables/local_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kNow = 1'700'000'000;

class LocalTablesTest : public testing::Test {
 protected:
  std::unique_ptr<LocalTables> open() {
    return LocalTables::open(folder_.path(), {.key = "city_id", .aggregates = {}}, telemetry_, clock_)
        .value();
  }
  static Measurement measurement(std::int64_t timestamp, std::int64_t expires) {
    return {"DEL", timestamp, expires, {{"n", {{"N", "1"}}}}};
  }
  storage::Database database() {
    return storage::Database::open(folder_.path() / "tables.db", storage::Database::Mode::read_write).value();
  }

  support::TempFolder folder_;
  support::FakeClock clock_{double{kNow}};
  support::TelemetryFixture telemetry_;
};

TEST_F(LocalTablesTest, StayWhenTheProcessEnds) {
  ASSERT_TRUE(open()->put_measurements(std::vector{measurement(kNow, kNow + 10)}, {}));
  EXPECT_THAT(open()->latest("DEL", 10, kNow, {}).value(), SizeIs(1));
}

TEST_F(LocalTablesTest, AreReadByOthersMeanwhile) {
  EXPECT_EQ(read_local_latest(folder_.path(), "DEL", 1, kNow).error().kind, ErrorKind::not_found);
  const auto tables = open();
  EXPECT_THAT(read_local_latest(folder_.path(), "DEL", 1, kNow).value(), IsEmpty());
  ASSERT_TRUE(tables->put_measurements(std::vector{measurement(kNow, kNow + 10)}, {}));
  EXPECT_THAT(read_local_latest(folder_.path(), "DEL", 1, kNow).value(), SizeIs(1));
}

TEST_F(LocalTablesTest, ForgetWhatHasExpired) {
  const auto tables = open();
  ASSERT_TRUE(tables->put_measurements(std::vector{measurement(1, kNow + 10), measurement(2, 0)}, {}));
  clock_.advance_seconds(10);
  ASSERT_TRUE(tables->put_measurements(std::vector{measurement(3, kNow + 100)}, {}));
  EXPECT_EQ(database().value("SELECT count(*) FROM realtime"), 2);
  EXPECT_EQ(database().value("SELECT count(*) FROM realtime WHERE timestamp = 1"), 0);
}

TEST_F(LocalTablesTest, WaitForAFileThatSomebodyElseHolds) {
  const auto tables = open();
  auto other = database();
  // Lets go when the tables have waited once: the clock does not stand still then.
  auto held = storage::Transaction::begin(other).value();
  support::FakeClock blocking(kNow, support::FakeClock::Waiting::blocks);
  const auto patient =
      LocalTables::open(folder_.path(), {.key = "city_id", .aggregates = {}}, telemetry_, blocking).value();
  std::jthread helper([&] {
    blocking.await_waiters();
    ASSERT_TRUE(held.commit());
    blocking.advance_seconds(60);
  });
  ASSERT_TRUE(patient->put_measurements(std::vector{measurement(kNow, kNow + 10)}, {}));
  EXPECT_THAT(tables->latest("DEL", 10, kNow, {}).value(), SizeIs(1));
}

}  // namespace
}  // namespace kinesight::stream

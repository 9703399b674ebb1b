#include "stream/windows/rows.h"

#include <gmock/gmock.h>

#include "stream/windows/options.h"

namespace kinesight::stream {
namespace {

using testing::ElementsAre;

// 2026-01-31T12:00:00Z.
constexpr std::int64_t kNoon = 1'769'860'800'000;

TEST(Rows, HaveTheSeedsColumnsInItsOrder) {
  const WindowPlan plan = plan_of({});
  EXPECT_THAT(columns_of("city_id", plan.aggregates),
              ElementsAre("city_id", "window_start", "window_end", "avg_pm25", "max_pm25", "avg_aqi",
                          "max_aqi", "record_count"));
  const WindowResult result{.key = "delhi",
                            .start_ms = kNoon,
                            .end_ms = kNoon + 300'000,
                            .records = 3,
                            .values = {12.25, 20.5, 100.0, 153.0, 3.0}};
  EXPECT_EQ(row_of("city_id", plan.aggregates, result).dump(),
            R"({"city_id":"delhi","window_start":"2026-01-31T12:00:00Z","window_end":"2026-01-31T12:05:00Z",)"
            R"("avg_pm25":12.25,"max_pm25":20.5,"avg_aqi":100,"max_aqi":153,"record_count":3})");
}

TEST(Rows, WriteWholeNumbersWithoutAFractionAndOthersSoThatTheyAreReadBackTheSame) {
  const std::vector<Aggregate> one{{.name = "x", .function = Function::last, .field = 0}};
  const auto written = [&](std::optional<double> value) {
    const WindowResult result{.key = "k", .start_ms = 0, .end_ms = 1000, .records = 1, .values = {value}};
    return row_of("key", one, result)["x"].dump();
  };
  EXPECT_EQ(written(-4), "-4");
  EXPECT_EQ(written(-0.0), "0");
  EXPECT_EQ(written(9'007'199'254'740'991.0), "9007199254740991");
  EXPECT_EQ(written(1e300), "1e+300") << "no integer that others could read";
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(written(std::nullopt), "null");
}

TEST(Rows, GiveBoundsInUtcBeforeTheEpochToo) {
  EXPECT_EQ(window_bound(kNoon), "2026-01-31T12:00:00Z");
  EXPECT_EQ(window_bound(-300'000), "1969-12-31T23:55:00Z");
}

}  // namespace
}  // namespace kinesight::stream

#include "stream/windows/options.h"

#include <gmock/gmock.h>

namespace kinesight::stream {
namespace {

using testing::ElementsAre;

TEST(WindowPlan, OfTheAirQualityFeedIsTheSeeds) {
  const WindowPlan plan = plan_of({});
  EXPECT_EQ(plan.shape.size_ms, 300'000);
  EXPECT_EQ(plan.shape.slide_ms, 300'000) << "tumbling";
  EXPECT_THAT(plan.number_fields, ElementsAre("pm25_value", "aqi_value"));
  std::vector<std::string> names;
  for (const Aggregate& one : plan.aggregates) names.push_back(one.name);
  EXPECT_THAT(names, ElementsAre("avg_pm25", "max_pm25", "avg_aqi", "max_aqi", "record_count"));
  ASSERT_EQ(plan.aggregates.size(), 5U);
  EXPECT_EQ(plan.aggregates[1].field, 0U);
  EXPECT_EQ(plan.aggregates[2].field, 1U);
  EXPECT_EQ(plan.aggregates[3].function, Function::max);
  EXPECT_EQ(plan.aggregates[4].field, std::nullopt) << "all records";
}

TEST(WindowPlan, NamesAFieldOnceHoweverManyAggregatesNeedIt) {
  WindowOptions options;
  options.size_seconds = 60;
  options.slide_seconds = 20;
  options.aggregates = {{"p50", Function::quantile, "b", 0.5},
                        {"p99", Function::quantile, "b", 0.99},
                        {"n", Function::count, "a", {}}};
  const WindowPlan plan = plan_of(options);
  EXPECT_EQ(plan.shape.size_ms, 60'000);
  EXPECT_EQ(plan.shape.slide_ms, 20'000);
  EXPECT_THAT(plan.number_fields, ElementsAre("b", "a"));
  ASSERT_EQ(plan.aggregates.size(), 3U);
  EXPECT_EQ(plan.aggregates[1].field, 0U);
  EXPECT_EQ(plan.aggregates[1].quantile, 0.99);
  EXPECT_EQ(plan.aggregates[2].field, 1U);
}

}  // namespace
}  // namespace kinesight::stream

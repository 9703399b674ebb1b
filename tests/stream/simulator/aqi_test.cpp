#include "stream/simulator/aqi.h"

#include <gtest/gtest.h>

namespace kinesight::stream {
namespace {

TEST(AqiOfPm25, IsThatOfTheTableAtItsBreakpoints) {
  const struct {
    double pm25;
    int value;
    const char* category;
  } cases[] = {{0, 0, "Good"},
               {9.0, 50, "Good"},
               {9.1, 51, "Moderate"},
               {35.4, 100, "Moderate"},
               {35.5, 101, "Unhealthy for Sensitive Groups"},
               {55.4, 150, "Unhealthy for Sensitive Groups"},
               {55.5, 151, "Unhealthy"},
               {125.4, 200, "Unhealthy"},
               {125.5, 201, "Very Unhealthy"},
               {225.4, 300, "Very Unhealthy"},
               {225.5, 301, "Hazardous"},
               {325.4, 500, "Hazardous"},
               {2000, 500, "Hazardous"}};
  for (const auto& one : cases) {
    EXPECT_EQ(aqi_of_pm25(one.pm25).value, one.value) << one.pm25;
    EXPECT_EQ(aqi_of_pm25(one.pm25).category, one.category) << one.pm25;
  }
}

TEST(AqiOfPm25, CutsTheConcentrationAndRoundsTheIndex) {
  EXPECT_EQ(aqi_of_pm25(9.09).value, 50) << "9.0, not 9.1";
  EXPECT_EQ(aqi_of_pm25(12).value, 56) << "56.4";
  EXPECT_EQ(aqi_of_pm25(4.6).value, 26) << "25.6";
}

}  // namespace
}  // namespace kinesight::stream

#include "stream/tables/decimal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace kinesight::stream {
namespace {

// Each as Python's str(Decimal(text)) gave it.
TEST(Decimals, AreWrittenAsPythonDoes) {
  for (const auto& [text, decimal] : std::initializer_list<std::pair<const char*, const char*>>{
           {"21.5", "21.5"},
           {"100.0", "100.0"},
           {"0.0", "0.0"},
           {"-0.0", "-0.0"},
           {"-3.25", "-3.25"},
           {"0.1", "0.1"},
           {"0.000123", "0.000123"},
           {"1e-05", "0.00001"},
           {"1.25e-06", "0.00000125"},
           {"9.5e-07", "9.5E-7"},
           {"1e-07", "1E-7"},
           {"1e+16", "1E+16"},
           {"-1.5e+16", "-1.5E+16"},
           {"1.2345678901234568e+16", "12345678901234568"},
           {"1.2345678901234567e+19", "1.2345678901234567E+19"},
           {"0", "0"},
           {"7", "7"},
           {"-12", "-12"},
           {"18446744073709551615", "18446744073709551615"}})
    EXPECT_EQ(decimal_text(text), decimal) << text;
}

TEST(Decimals, EndWhereDynamoDbsNumbersEnd) {
  EXPECT_EQ(decimal_text("9.9e+125"), "9.9E+125");
  EXPECT_EQ(decimal_text("1e+126"), std::nullopt);
  EXPECT_EQ(decimal_text("-1.7976931348623157e+308"), std::nullopt);
  EXPECT_EQ(decimal_text("1e-130"), "1E-130");
  EXPECT_EQ(decimal_text("9.9e-131"), std::nullopt);
}

}  // namespace
}  // namespace kinesight::stream

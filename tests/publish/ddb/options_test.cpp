#include "publish/ddb/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::publish {
namespace {

/// What is wrong with a table name; empty for nothing.
std::string broken(const std::string& table_name) {
  DdbOptions options;
  options.table_name = table_name;
  for (const auto& rule : DdbOptions::table().rules()) {
    if (const auto expected = rule.broken(&options)) return rule.key + ": " + *expected;
  }
  return "";
}

TEST(DdbOptions, ATableNameIsOneThatDynamoDbTakes) {
  EXPECT_EQ(broken("events-table"), "");
  EXPECT_EQ(broken("site_7.events"), "");
  EXPECT_EQ(broken(std::string(255, 'e')), "");
  EXPECT_EQ(broken(""), "") << "the row says itself that it must be there";
  for (const std::string& name : {std::string("ev"), std::string("events table"), std::string(256, 'e')}) {
    EXPECT_THAT(broken(name), testing::StartsWith("table_name: 3 to 255 letters")) << name;
  }
}

}  // namespace
}  // namespace kinesight::publish

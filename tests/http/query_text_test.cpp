#include "http/query_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::http {
namespace {

using testing::HasSubstr;

std::string error_of(const std::multimap<std::string, std::string>& parameters) {
  const auto query = parse_query(parameters, 0);
  return query ? "" : query.error().message;
}

TEST(QueryText, NothingAsksForTheNewest) {
  const auto query = parse_query({}, 0).value();
  EXPECT_EQ(query.limit, 100u);
  EXPECT_EQ(query.order, event::Order::newest_first);
  EXPECT_FALSE(query.since_ms);
  EXPECT_TRUE(parse_query({{"camera", ""}, {"since", ""}}, 0)) << "an empty field of a form asks for nothing";
}

TEST(QueryText, ErrorsNameTheParameter) {
  EXPECT_THAT(error_of({{"limit", "0"}}), HasSubstr("limit: expected a number from 1 to 1000, found '0'"));
  EXPECT_THAT(error_of({{"limit", "1001"}}), HasSubstr("limit: "));
  EXPECT_THAT(error_of({{"limit", "5x"}}), HasSubstr("limit: "));
  EXPECT_THAT(error_of({{"until", "?"}}), HasSubstr("until: expected how long ago"));
  EXPECT_THAT(error_of({{"order", "up"}}), HasSubstr("order: expected newest or oldest"));
  EXPECT_THAT(error_of({{"cam", "front"}}), HasSubstr("unknown parameter 'cam'"));
}

}  // namespace
}  // namespace kinesight::http

#include "event/moment.h"

#include <gtest/gtest.h>

namespace kinesight::event {
namespace {

constexpr std::int64_t kNow = 1'769'860'800'000;  // 2026-01-31T12:00:00Z

std::int64_t parse(std::string_view text) { return parse_moment(text, kNow).value_or(-1); }

TEST(Moment, ReadsHowLongAgo) {
  EXPECT_EQ(parse("now"), kNow);
  EXPECT_EQ(parse("90s"), kNow - 90'000);
  EXPECT_EQ(parse("10m"), kNow - 600'000);
  EXPECT_EQ(parse("1h"), kNow - 3'600'000);
  EXPECT_EQ(parse("1.5h"), kNow - 5'400'000);
  EXPECT_EQ(parse("2d"), kNow - 172'800'000);
  EXPECT_EQ(parse("1w"), kNow - 604'800'000);
}

TEST(Moment, ReadsIsoTimesAndUnixMilliseconds) {
  EXPECT_EQ(parse("2026-01-31T12:00:00Z"), kNow);
  EXPECT_EQ(parse("2026-01-31T12:00"), kNow);
  EXPECT_EQ(parse("2026-01-31 12:00:00.25"), kNow + 250);
  EXPECT_EQ(parse("2026-01-31T13:00:00+01:00"), kNow);
  EXPECT_EQ(parse("2026-01-31T06:30:00.123456-0530"), kNow + 123);
  EXPECT_EQ(parse("2026-01-31T11:00:00-01"), kNow);
  EXPECT_EQ(parse("2026-01-31"), kNow - 12 * 3'600'000);
  EXPECT_EQ(parse("1769860800000"), kNow);
}

TEST(Moment, RefusesWhatIsNeither) {
  for (const char* text : {"", "h", "-1h", "1y", "1h30m", "2026-02-30", "2026-1-31", "2026-01-31T25:00",
                           "yesterday", "2026-01-31T12:00:00Zz", "2026-01-31T12:00:00.", "nan", "infs", "-5",
                           "2026-01-31T12:00:00+", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+1",
                           "2026-01-31T12:00:00+01:60", "9223372036854775807"}) {
    EXPECT_FALSE(parse_moment(text, kNow)) << text;
  }
  EXPECT_NE(parse_moment("yesterday", kNow).error().message.find("10m"), std::string::npos);
}

TEST(Moment, PrintsWhatItReads) {
  EXPECT_EQ(format_moment(kNow + 7), "2026-01-31T12:00:00.007Z");
  EXPECT_EQ(parse(format_moment(kNow + 7)), kNow + 7);
  EXPECT_EQ(format_moment(-1), "1969-12-31T23:59:59.999Z");
}

TEST(Moment, AnIsoTimeIsNothingElse) {
  EXPECT_EQ(parse_iso_time("2026-01-31T13:00:00+01"), kNow);
  for (const char* text : {"now", "5m", "1769860800000", "", "2026-01-31T12:00:00 "}) {
    const auto moment = parse_iso_time(text);
    ASSERT_FALSE(moment) << text;
    EXPECT_EQ(moment.error().kind, ErrorKind::invalid);
    EXPECT_NE(moment.error().message.find("expected an ISO time"), std::string::npos);
  }
}

}  // namespace
}  // namespace kinesight::event

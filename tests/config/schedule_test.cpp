// Schedules: what may be written, what it means, and what is said of everything else.
#include "config/schedule.h"

#include <gmock/gmock.h>

namespace kinesight::config {
namespace {

using testing::HasSubstr;

constexpr int kHour = 3600;

WeekSpan span(const std::string& text) {
  const auto read = parse_week_span(text);
  if (!read) ADD_FAILURE() << read.error();
  return read.value_or(WeekSpan{});
}

/// The days on which `text` holds at noon, as letters: "MTWTF--".
std::string days(const std::string& text) {
  std::string shown;
  for (int day = 0; day < 7; ++day) {
    const bool on = span(text).covers(day, 12 * kHour);
    shown += on ? "MTWTFSS"[day] : '-';
  }
  return shown;
}

std::string fault(const std::string& text) {
  const auto read = parse_week_span(text);
  return read ? "none" : read.error();
}

TEST(Schedule, Days) {
  EXPECT_EQ(days("Mon-Fri"), "MTWTF--");
  EXPECT_EQ(days("Sat,Sun"), "-----SS");
  EXPECT_EQ(days("Fri-Mon"), "M---FSS") << "over the end of the week";
  EXPECT_EQ(days("Mon,Wed-Thu,Sun"), "M-WT--S");
  EXPECT_EQ(days("Wed"), "--W----");
  EXPECT_EQ(days("wed-wed"), "--W----");
  EXPECT_EQ(days("SAT"), "-----S-");
  EXPECT_EQ(days("daily"), "MTWTFSS");
  EXPECT_EQ(days("Daily 00:00-24:00"), "MTWTFSS");
  EXPECT_EQ(days("08:00-18:00"), "MTWTFSS");
  EXPECT_EQ(days("  Tue \t 8:00-18:00 "), "-T-----");
}

TEST(Schedule, DaysAloneAreWholeDays) {
  const WeekSpan saturday = span("Sat");
  EXPECT_FALSE(saturday.covers(4, 24 * kHour - 1));
  EXPECT_TRUE(saturday.covers(5, 0));
  EXPECT_TRUE(saturday.covers(5, 24 * kHour - 1));
  EXPECT_FALSE(saturday.covers(6, 0));
}

TEST(Schedule, HoursBeginIncludedAndEndExcluded) {
  const WeekSpan office = span("Tue 08:15-18:30");
  EXPECT_FALSE(office.covers(1, 8 * kHour + 15 * 60 - 1));
  EXPECT_TRUE(office.covers(1, 8 * kHour + 15 * 60));
  EXPECT_TRUE(office.covers(1, 18 * kHour + 30 * 60 - 1));
  EXPECT_FALSE(office.covers(1, 18 * kHour + 30 * 60));
  EXPECT_FALSE(office.covers(2, 12 * kHour));
}

TEST(Schedule, HoursOverMidnightBelongToTheDayTheyBeginOn) {
  const WeekSpan nights = span("Mon-Fri 22:00-06:00");
  EXPECT_FALSE(nights.covers(0, 0)) << "the night from Sunday to Monday";
  EXPECT_FALSE(nights.covers(0, 22 * kHour - 1));
  EXPECT_TRUE(nights.covers(0, 22 * kHour));
  EXPECT_TRUE(nights.covers(1, 6 * kHour - 1));
  EXPECT_FALSE(nights.covers(1, 6 * kHour));
  EXPECT_TRUE(nights.covers(5, 3 * kHour)) << "the night from Friday to Saturday";
  EXPECT_FALSE(nights.covers(5, 23 * kHour));
  EXPECT_TRUE(span("Sun 22:00-06:00").covers(0, kHour)) << "over the end of the week";
}

TEST(Schedule, UpToMidnightIsNotOverMidnight) {
  const WeekSpan evening = span("Mon 20:00-24:00");
  EXPECT_TRUE(evening.covers(0, 24 * kHour - 1));
  EXPECT_FALSE(evening.covers(1, 0));
  EXPECT_EQ(span("Mon 20:00-00:00").covers(1, 0), false);
  EXPECT_TRUE(span("Mon 20:00-00:00").covers(0, 23 * kHour));
}

TEST(Schedule, FaultsSayWhatIsExpected) {
  EXPECT_EQ(fault("Mon-Fry 22:00-06:00"),
            "expected days, hours or both, such as 'Mon-Fri 22:00-06:00', 'Sat,Sun' or 'daily 08:00-18:00', "
            "found 'Mon-Fry 22:00-06:00': 'Fry' is no day from Mon to Sun; did you mean 'Fri'?");
  EXPECT_THAT(fault("Monday"), HasSubstr("'Monday' is no day from Mon to Sun; did you mean 'Mon'?"));
  EXPECT_THAT(fault(""), HasSubstr("it is empty"));
  EXPECT_THAT(fault("  "), HasSubstr("it is empty"));
  EXPECT_THAT(fault("Mon, Tue 08:00-18:00"), HasSubstr("write each without blanks: Mon,Tue "));
  EXPECT_THAT(fault("22:00 - 06:00"), HasSubstr("without blanks: Mon,Tue 22:00-06:00"));
  EXPECT_THAT(fault("Mon,"), HasSubstr("'Mon,' lacks a day at its end"));
  EXPECT_THAT(fault(",Mon"), HasSubstr("'' is no day"));
  EXPECT_THAT(fault("Mon-"), HasSubstr("'' is no day"));
  EXPECT_THAT(fault("Mon-Tue-Wed"), HasSubstr("'Tue-Wed' is no day"));
  EXPECT_THAT(fault("08:00-18:00 Mon"), HasSubstr("days come before hours"));
  EXPECT_THAT(fault("08:00-08:00"), HasSubstr("'08:00-08:00' is empty; a whole day is 00:00-24:00"));
  EXPECT_THAT(fault("24:00-06:00"), HasSubstr("begins when the day is over"));
  for (const std::string hours : {"08:00", "8-18", "08:00-24:01", "08:60-18:00", "08:0-18:00",
                                  "8:00-18:00-20:00", "008:00-18:00", "08:00-:30", "08:00-+8:00"}) {
    EXPECT_THAT(fault("Mon " + hours), HasSubstr("'" + hours + "' is no hours from 00:00 to 24:00"));
    EXPECT_THAT(fault(hours), HasSubstr("'" + hours + "' is no hours from 00:00 to 24:00"));
  }
}

TEST(Schedule, FirstBadLineIsNamed) {
  EXPECT_EQ(schedule_fault({}), std::nullopt);
  EXPECT_EQ(schedule_fault({"Mon", "Sat,Sun 10:00-12:00"}), std::nullopt);
  EXPECT_THAT(schedule_fault({"Mon", "never", "x"}), testing::Optional(HasSubstr("'never' is no day")));
}

}  // namespace
}  // namespace kinesight::config

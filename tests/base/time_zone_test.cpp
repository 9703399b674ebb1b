// Wall clocks around the changes between standard and summer time.
#include "base/time_zone.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kinesight {
namespace {

struct Moment {
  const char* zone;
  double time;
  int weekday;
  const char* shown;
};

/// The last second before and the first second after changes of several kinds, as Python's zoneinfo (an
/// implementation of its own) has them.
constexpr Moment kMoments[] = {
    // an hour, on Sundays; the last the database has
    {"Europe/Berlin", 1743296399, 6, "01:59:59"},
    {"Europe/Berlin", 1743296400, 6, "03:00:00"},
    {"Europe/Berlin", 1761440399, 6, "02:59:59"},
    {"Europe/Berlin", 1761440400, 6, "02:00:00"},
    {"Europe/Berlin", 2121901199, 6, "01:59:59"},
    {"Europe/Berlin", 2121901200, 6, "03:00:00"},
    {"Europe/Berlin", 2140045199, 6, "02:59:59"},
    {"Europe/Berlin", 2140045200, 6, "02:00:00"},
    // west of Greenwich
    {"America/New_York", 1741503599, 6, "01:59:59"},
    {"America/New_York", 1741503600, 6, "03:00:00"},
    {"America/New_York", 1762063199, 6, "01:59:59"},
    {"America/New_York", 1762063200, 6, "01:00:00"},
    // half an hour
    {"Australia/Lord_Howe", 1743865199, 6, "01:59:59"},
    {"Australia/Lord_Howe", 1743865200, 6, "01:30:00"},
    {"Australia/Lord_Howe", 1759591799, 6, "01:59:59"},
    {"Australia/Lord_Howe", 1759591800, 6, "02:30:00"},
    // at midnight, so that the day changes or comes twice
    {"America/Santiago", 1743908399, 5, "23:59:59"},
    {"America/Santiago", 1743908400, 5, "23:00:00"},
    {"America/Santiago", 1757217599, 5, "23:59:59"},
    {"America/Santiago", 1757217600, 6, "01:00:00"},
    // by the Moon
    {"Africa/Casablanca", 1740275999, 6, "02:59:59"},
    {"Africa/Casablanca", 1740276000, 6, "02:00:00"},
    {"Africa/Casablanca", 1743904799, 6, "01:59:59"},
    {"Africa/Casablanca", 1743904800, 6, "03:00:00"},
    // offset by quarters of an hour, and changed at midnight
    {"Asia/Kathmandu", 504901799, 1, "23:59:59"},
    {"Asia/Kathmandu", 504901800, 2, "00:15:00"},
    // left out a Friday
    {"Pacific/Apia", 1325239199, 3, "23:59:59"},
    {"Pacific/Apia", 1325239200, 5, "00:00:00"},
    // offset by half an hour
    {"America/St_Johns", 1741498199, 6, "01:59:59"},
    {"America/St_Johns", 1741498200, 6, "03:00:00"},
    {"America/St_Johns", 1762057799, 6, "01:59:59"},
    {"America/St_Johns", 1762057800, 6, "01:00:00"},
};

std::string clock_face(const WallTime& wall) {
  return fmt::format("{:02}:{:02}:{:02}", wall.second / 3600, wall.second / 60 % 60, wall.second % 60);
}

TEST(TimeZone, AroundEveryKindOfChange) {
  for (const Moment& moment : kMoments) {
    SCOPED_TRACE(fmt::format("{} {}", moment.zone, moment.time));
    const auto zone = TimeZone::find(moment.zone);
    ASSERT_TRUE(zone) << zone.error().message;
    EXPECT_EQ(zone->at(moment.time).weekday, moment.weekday);
    EXPECT_EQ(clock_face(zone->at(moment.time)), moment.shown);
    EXPECT_EQ(zone->at(moment.time + 0.999), zone->at(moment.time)) << "a second lasts a second";
  }
}

TEST(TimeZone, Utc) {
  const auto utc = TimeZone::find("UTC");
  ASSERT_TRUE(utc);
  EXPECT_EQ(utc->at(0), (WallTime{3, 0})) << "a Thursday";
  EXPECT_EQ(utc->at(-0.5), (WallTime{2, 86'399}));
  EXPECT_EQ(utc->at(4 * 86'400), (WallTime{0, 0}));
}

TEST(TimeZone, ThereIsNoSuchOne) {
  for (const std::string name :
       {"", "Europe", "Europe/Bonn", "../zoneinfo/UTC", "tzdata.zi", "europe/berlin"}) {
    const auto zone = TimeZone::find(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().kind, ErrorKind::not_found);
    EXPECT_EQ(zone.error().message, "there is no time zone '" + name + "'");
  }
}

TEST(TimeZone, AllThatAreNamedCanBeHad) {
  const auto names = time_zone_names();
  EXPECT_THAT(names, testing::IsSupersetOf({"UTC", "Europe/Berlin", "Asia/Tokyo"}));
  for (const std::string& name : names) EXPECT_TRUE(TimeZone::find(name)) << name;
}

}  // namespace
}  // namespace kinesight

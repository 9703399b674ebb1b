// Where a reader stands in a stream: what of a playlist is new, within a session and from one to the next.
#include "video/kvs_hls/cursor.h"

#include <gtest/gtest.h>

#include "video/kvs_hls/pace.h"

namespace kinesight::video::kvs_hls {
namespace {

/// A fragment number as AWS's: the later, the greater.
std::string number(int n) { return "9134385233318150571058758910221959982" + std::to_string(1000 + n); }

/// A playlist of fragments of 2 s, numbered first … first + count - 1, each at 2 s times its number.
MediaPlaylist playlist(int first, int count, std::int64_t sequence) {
  MediaPlaylist made;
  made.media_sequence = sequence;
  for (int i = 0; i < count; ++i) {
    PlaylistFragment fragment;
    fragment.number = number(first + i);
    fragment.sequence = sequence + i;
    fragment.duration = 2;
    fragment.date_time = 2.0 * (first + i);
    made.fragments.push_back(fragment);
  }
  return made;
}

std::vector<double> begins(const std::vector<Listed>& listed) {
  std::vector<double> all;
  for (const auto& one : listed) all.push_back(one.begin);
  return all;
}

TEST(Cursor, EverythingIsNewToWhoeverHasReadNothing) {
  const auto listed = dated(playlist(0, 3, 1), 1).value();
  EXPECT_EQ(begins(after(listed, std::nullopt)), (std::vector<double>{0, 2, 4}));
}

TEST(Cursor, WithinASessionTheSequenceDecides) {
  const auto newest = dated(playlist(0, 3, 1), 1).value().back();
  const auto listed = dated(playlist(1, 4, 2), 1).value();
  EXPECT_EQ(begins(after(listed, newest)), (std::vector<double>{6, 8}));
}

TEST(Cursor, TimeThatGoesBackWithinASessionHidesNothing) {
  const auto newest = dated(playlist(0, 3, 1), 1).value().back();
  auto corrected = playlist(3, 1, 4);
  corrected.fragments[0].date_time = -3600;  // The camera's clock was set right.
  EXPECT_EQ(begins(after(dated(corrected, 1).value(), newest)), (std::vector<double>{-3600}));
}

TEST(Cursor, BetweenSessionsFragmentNumbersDecide) {
  const auto newest = dated(playlist(0, 3, 7), 1).value().back();
  const auto listed = dated(playlist(0, 5, 1), 2).value();
  EXPECT_EQ(begins(after(listed, newest)), (std::vector<double>{6, 8}));
}

TEST(Cursor, TimeDecidesWhereSessionsCountFragmentsFromZero) {
  auto first = playlist(0, 3, 0);
  auto second = playlist(1, 4, 0);
  for (int i = 0; i < 3; ++i) first.fragments[static_cast<std::size_t>(i)].number = std::to_string(i);
  for (int i = 0; i < 4; ++i) {
    second.fragments[static_cast<std::size_t>(i)].number = std::to_string(i);
    *second.fragments[static_cast<std::size_t>(i)].date_time += 0.004;  // Sessions need not round alike.
  }
  const auto newest = dated(first, 1).value().back();
  EXPECT_EQ(begins(after(dated(second, 2).value(), newest)), (std::vector<double>{6.004, 8.004}));
}

TEST(Cursor, AFragmentWithoutTimeFollowsTheOneBefore) {
  auto some = playlist(5, 3, 1);
  some.fragments[1].date_time.reset();
  some.fragments[2].date_time.reset();
  EXPECT_EQ(begins(dated(some, 1).value()), (std::vector<double>{10, 12, 14}));
}

TEST(Cursor, APlaylistWithoutAnyTimeIsOfNoUse) {
  auto none = playlist(5, 1, 1);
  none.fragments[0].date_time.reset();
  EXPECT_EQ(dated(none, 1).error().kind, ErrorKind::corrupt);
}

TEST(Cursor, WhatTheWindowLeftBehindIsCounted) {
  const auto before = dated(playlist(0, 3, 1), 1).value().back();
  const auto next = dated(playlist(7, 3, 8), 1).value().front();
  EXPECT_EQ(rolled_off(before, next), 4);
  const auto elsewhere = dated(playlist(7, 3, 0), 2).value().front();
  EXPECT_EQ(rolled_off(before, elsewhere), 0);  // Sequences of two sessions say nothing of each other.
}

Clock::Steady at(double seconds) { return Clock::Steady{} + seconds_duration(seconds); }

TEST(Pace, LooksWhenTheNextFragmentIsDue) {
  Pace pace;
  pace.restart(at(0));
  EXPECT_EQ(pace.next(), at(0));
  // A fragment of 2 s that ended at 98 was seen at 99.
  pace.saw_new(at(0), 99, 98, 2);
  EXPECT_EQ(pace.next(), at(1));  // Half of it at most: the next may be shorter.
  pace.saw_nothing(at(1));
  EXPECT_EQ(pace.next(), at(2));  // Now it is due.
  pace.saw_nothing(at(2));
  EXPECT_EQ(pace.next(), at(2.25));
}

TEST(Pace, NeverAsksMoreThanFourTimesASecondNorWaitsLong) {
  Pace pace;
  pace.restart(at(0));
  pace.saw_new(at(0), 100, 100, 0.05);
  EXPECT_GE(pace.next(), at(0.25));
  pace.saw_new(at(1), 101, 101, 3600);
  EXPECT_LE(pace.next(), at(11));
}

}  // namespace
}  // namespace kinesight::video::kvs_hls

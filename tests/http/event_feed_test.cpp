#include "http/event_feed.h"

#include <gtest/gtest.h>

#include <thread>

namespace kinesight::http {
namespace {

constexpr auto kNow = Clock::Duration{};
constexpr auto kLong = seconds_duration(60);

event::Envelope numbered(std::int64_t number) {
  event::Payload payload;
  payload.ts_ms = number;
  payload.type = "object";
  return event::make_envelope("front", payload);
}

std::vector<std::int64_t> stamps(const std::vector<FeedItem>& items) {
  std::vector<std::int64_t> stamps;
  for (const auto& item : items) stamps.push_back(item.envelope->payload.ts_ms);
  return stamps;
}

using Stamps = std::vector<std::int64_t>;

TEST(EventFeed, AReaderGetsEverythingAfterItsPlaceInOrder) {
  EventFeed feed(10);
  for (int i = 1; i <= 5; ++i) feed.push(numbered(i));
  auto batch = feed.read(2, 2, kNow, {});
  EXPECT_EQ(stamps(batch.items), (Stamps{3, 4}));
  EXPECT_EQ(batch.skipped, 0u);
  batch = feed.read(batch.next, 2, kNow, {});
  EXPECT_EQ(stamps(batch.items), (Stamps{5}));
  EXPECT_EQ(feed.read(batch.next, 2, kNow, {}).items.size(), 0u);
}

TEST(EventFeed, ASlowReaderLosesTheOldestAndIsTold) {
  EventFeed feed(3);
  for (int i = 1; i <= 10; ++i) feed.push(numbered(i));
  const auto batch = feed.read(2, 100, kNow, {});
  EXPECT_EQ(stamps(batch.items), (Stamps{8, 9, 10}));
  EXPECT_EQ(batch.skipped, 5u);
  EXPECT_EQ(batch.next, 10u);
}

TEST(EventFeed, APlaceBeyondTheEndIsTheEnd) {
  EventFeed feed(3);
  feed.push(numbered(1));
  const auto batch = feed.read(99, 100, kNow, {});
  EXPECT_TRUE(batch.items.empty());
  EXPECT_EQ(batch.next, 1u);
}

TEST(EventFeed, AReaderWaitsForTheNextEvent) {
  EventFeed feed(3);
  std::jthread writer([&] { feed.push(numbered(1)); });
  EXPECT_EQ(stamps(feed.read(0, 100, kLong, {}).items), (Stamps{1}));
}

TEST(EventFeed, AWaitingReaderCanBeStopped) {
  EventFeed feed(3);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_TRUE(feed.read(0, 100, kLong, stop.get_token()).items.empty());
}

TEST(EventFeed, RecentIsNewestFirst) {
  EventFeed feed(3);
  for (int i = 1; i <= 4; ++i) feed.push(numbered(i));
  EXPECT_EQ(stamps(feed.recent(2)), (Stamps{4, 3}));
  EXPECT_EQ(stamps(feed.recent(9)), (Stamps{4, 3, 2}));
  EXPECT_EQ(feed.newest(), 4u);
}

}  // namespace
}  // namespace kinesight::http

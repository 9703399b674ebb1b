#include "publish/local/retention.h"

#include "publish/local_fixture.h"

namespace kinesight::publish {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

class RetentionTest : public LocalTest {
 protected:
  double deleted_total(std::string_view kind) {
    return telemetry_.metrics.value(telemetry::kLocalDeleted, {kind});
  }
};

TEST_F(RetentionTest, WhatIsTooOldGoesAtTheStart) {
  start();
  for (int day = 0; day < 10; ++day) publish(sample(kNowMs - day * kDayMs));
  flush();
  options_.retention_days = 3.5;
  start();
  publish(sample(kNowMs + 1000));
  flush();
  EXPECT_EQ(stored().front().payload.ts_ms, kNowMs - 3 * kDayMs);
  EXPECT_EQ(stored().size(), 5u);
  EXPECT_EQ(files_in(directory_, ".jpg").size(), 5u);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "snapshots/front/2026/01/22"))
      << "its folder is gone too";
  EXPECT_EQ(total("deleted"), 6u);
  EXPECT_EQ(deleted_total("events"), 6);
  EXPECT_EQ(deleted_total("snapshots"), 6);
}

TEST_F(RetentionTest, WhatHasBecomeTooOldGoesWithinAMinute) {
  options_.retention_days = 1;
  start();
  publish(sample(kNowMs));
  flush();
  clock_.advance_seconds(86'400 - 30);
  publish(sample(kNowMs + kDayMs - 30'000));
  flush();
  EXPECT_EQ(stored().size(), 2u);
  clock_.advance_seconds(60);
  publish(sample(kNowMs + kDayMs + 30'000));
  publisher_.reset();
  EXPECT_EQ(stored().front().payload.ts_ms, kNowMs + kDayMs - 30'000);
}

TEST_F(RetentionTest, TheOldestGoWhenAllTakeTooMuch) {
  start();
  for (int i = 0; i < 100; ++i) publish(sample(kNowMs + 1000 * i));
  flush();
  auto log = EventLog::open(directory_).value();
  const std::int64_t before = log.bytes().value();
  const RetentionPolicy policy{.max_bytes = before - before / 4};
  std::size_t pictures = 0;
  for (;;) {
    const auto slice = enforce(log, policy, kNowMs).value();
    if (slice.deleted.empty()) break;
    EXPECT_EQ(slice.reason, "size");
    pictures += slice.deleted.snapshot_keys.size();
  }
  EXPECT_LE(log.bytes().value(), policy.max_bytes);
  EXPECT_GT(log.bytes().value(), before / 2) << "no more than needed";
  const auto left = stored();
  EXPECT_EQ(left.size(), 100 - pictures);
  EXPECT_EQ(left.back().payload.ts_ms, kNowMs + 99'000);
  EXPECT_EQ(left.front().payload.ts_ms, kNowMs + 1000 * static_cast<std::int64_t>(pictures));
}

TEST_F(RetentionTest, EventsWithoutPicturesCountToo) {
  options_.save_snapshots = false;
  start();
  for (int i = 0; i < 2000; ++i) publish(sample(kNowMs + 1000 * i));
  flush();
  auto log = EventLog::open(directory_).value();
  const RetentionPolicy policy{.max_bytes = log.bytes().value() / 2};
  while (!enforce(log, policy, kNowMs).value().deleted.empty()) {
  }
  EXPECT_LE(log.bytes().value(), policy.max_bytes);
  const auto left = stored({.limit = 0});
  EXPECT_GT(left.size(), 500u);
  EXPECT_LT(left.size(), 1500u);
  EXPECT_EQ(left.back().payload.ts_ms, kNowMs + 1'999'000);
}

TEST_F(RetentionTest, APublisherOverItsLimitShrinksWhileItWrites) {
  options_.max_bytes = 120'000;
  start();
  for (int i = 0; i < 200; ++i) publish(sample(kNowMs + 1000 * i));
  flush();
  clock_.advance_seconds(61);
  publish(sample(kNowMs + 500'000));
  publisher_.reset();
  EXPECT_LT(stored({.limit = 0}).size(), 190u);
  EXPECT_EQ(stored({.limit = 0}).back().payload.ts_ms, kNowMs + 500'000);
  EXPECT_EQ(stored({.limit = 0}).size(), files_in(directory_, ".jpg").size());
}

TEST_F(RetentionTest, NoLimitDeletesNothing) {
  options_.retention_days = 0;
  options_.max_bytes = 0;
  start();
  publish(sample(1000));
  flush();
  start();
  flush();
  publisher_.reset();
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(RetentionTest, APictureThatNobodyNamesIsTakenIn) {
  std::filesystem::create_directories(directory_ / "snapshots/front/2026/01/01");
  std::ofstream(directory_ / "snapshots/front/2026/01/01/1767225600000.jpg") << std::string(5000, 'x');
  options_.retention_days = 0;
  start();
  publish(sample(kNowMs));
  flush();
  EXPECT_GT(EventLog::open(directory_).value().bytes().value(), 5000);
  options_.retention_days = 7;
  start();
  publisher_.reset();
  EXPECT_EQ(files_in(directory_, ".jpg").size(), 1u) << "it went when its time had come";
}

TEST_F(RetentionTest, AnEventGoesNotAfterItsPicture) {
  start();
  const auto publication = sample(kNowMs);
  publication->events[0].payload.ts_ms += 700;  // Later than its frame.
  publish(publication);
  flush();
  auto log = EventLog::open(directory_).value();
  EXPECT_TRUE(log.delete_before(kNowMs + 500, 1000).value().empty());
  const auto deleted = log.delete_before(kNowMs + 701, 1000).value();
  EXPECT_EQ(deleted.events, 1);
  EXPECT_EQ(deleted.snapshot_keys.size(), 1u);
}

}  // namespace
}  // namespace kinesight::publish

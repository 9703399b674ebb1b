#include "stream/multilang/hand_over.h"

#include <gmock/gmock.h>

#include "stream/windows/options.h"

namespace kinesight::stream::multilang {
namespace {

class HandOverTest : public testing::Test {
 protected:
  static WindowPlan plan() {
    WindowOptions options;
    options.slide_seconds = 60;
    options.aggregates = {{"count", Function::count, "", {}},
                          {"last", Function::last, "a", {}},
                          {"p90", Function::quantile, "a", 0.9}};
    return plan_of(options);
  }
  static void add(Windows& windows, int key, std::int64_t at) {
    const std::vector<std::optional<double>> numbers = {key / 7.0};
    windows.add("key " + std::to_string(key), at, numbers, static_cast<std::uint64_t>(key + at));
  }
  static std::vector<WindowResult> end(Windows& windows) {
    std::vector<WindowResult> results;
    windows.end(100'000'000, [&](WindowResult one) { results.push_back(std::move(one)); });
    return results;
  }
  Windows from_{plan().shape, plan().aggregates};
  Windows to_{plan().shape, plan().aggregates};
};

TEST_F(HandOverTest, WindowsGoOnAsIfNothingHadHappened) {
  for (int i = 0; i < 20'000; ++i) add(from_, i, i * 10);
  const auto parts = hand_over(from_);
  EXPECT_GT(parts.size(), 1U);
  for (const auto& part : parts) EXPECT_LE(part.size(), kPartBytes);
  ASSERT_TRUE(take_over(parts, [](std::string_view) { return true; }, to_));
  for (Windows* windows : {&from_, &to_}) {
    add(*windows, 5, 50);  // A duplicate.
    add(*windows, 5, 51);
  }
  EXPECT_EQ(end(to_), end(from_));
}

TEST_F(HandOverTest, OnlyWhatIsOursAndOpenIsTaken) {
  add(from_, 1, 10);
  add(from_, 2, 10);
  add(from_, 1, 400'000);
  to_.restore_ended(300'000);
  ASSERT_TRUE(take_over(hand_over(from_), [](std::string_view key) { return key == "key 1"; }, to_));
  for (const auto& one : end(to_)) {
    EXPECT_EQ(one.key, "key 1");
    EXPECT_GT(one.end_ms, 300'000);
  }
  EXPECT_EQ(to_.open_panes(), 0U);
}

TEST_F(HandOverTest, OtherBytesAreRefused) {
  add(from_, 1, 10);
  auto parts = hand_over(from_);
  const auto all = [](std::string_view) { return true; };
  for (std::size_t bytes = 1; bytes < parts[0].size(); ++bytes) {
    Windows windows(plan().shape, plan().aggregates);
    const auto taken = take_over(std::vector{parts[0].substr(0, bytes)}, all, windows);
    EXPECT_TRUE(taken || taken.error().kind == ErrorKind::corrupt);
  }
  parts[0][0] = 7;
  EXPECT_FALSE(take_over(parts, all, to_));
}

}  // namespace
}  // namespace kinesight::stream::multilang

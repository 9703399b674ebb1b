#include "clips/clip_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "support/replay.h"

namespace kinesight::clips {
namespace {

constexpr double kNow = 1772116200;

aws::ListedFragment fragment(int number, double begin, double duration, std::int64_t bytes = 1000) {
  return {.number = fmt::format("{:04}", number),
          .producer_time = kNow + begin,
          .server_time = kNow + begin + 1,
          .duration = duration,
          .bytes = bytes};
}

/// `count` fragments of 2 s from 0 on.
std::vector<aws::ListedFragment> steady(int count, std::int64_t bytes = 1000) {
  std::vector<aws::ListedFragment> fragments;
  for (int i = 0; i < count; ++i) fragments.push_back(fragment(i, 2 * i, 2, bytes));
  return fragments;
}

Span asked(double begin, double end) { return {kNow + begin, kNow + end}; }

TEST(ClipPlan, BeginsWithTheFragmentThatRunsAtTheAskedTime) {
  const auto plan = plan_clip(steady(10), asked(5, 9));
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->covered, asked(4, 10));
  EXPECT_EQ(plan->fragments, 3u);
  ASSERT_EQ(plan->requests.size(), 1u);
  // GetClip gives what starts within: from after the start at 2 s to before the one at 10 s.
  EXPECT_DOUBLE_EQ(plan->requests[0].range.begin, kNow + 3);
  EXPECT_DOUBLE_EQ(*plan->requests[0].range.end, kNow + 9);
  EXPECT_DOUBLE_EQ(plan->requests[0].begin, kNow + 4);
  EXPECT_TRUE(plan->gaps.empty());
}

TEST(ClipPlan, TakesNoFragmentThatBeginsAtTheEnd) {
  const auto plan = plan_clip(steady(10), asked(4, 8));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->covered, asked(4, 8));
}

TEST(ClipPlan, MakesNothingOfTheOrderOrOfRepetitions) {
  auto listed = steady(20);
  const auto expected = plan_clip(listed, asked(5, 31));
  std::mt19937_64 random(support::replay_seed());
  listed.insert(listed.end(), listed.begin() + 3, listed.begin() + 9);
  std::ranges::shuffle(listed, random);
  const auto plan = plan_clip(listed, asked(5, 31));
  ASSERT_TRUE(plan && expected);
  EXPECT_EQ(plan->fragments, expected->fragments);
  EXPECT_EQ(plan->covered, expected->covered);
}

TEST(ClipPlan, LengthsThatAreNotToldComeFromTheStarts) {
  auto listed = steady(5);
  for (auto& one : listed) one.duration = 0;
  const auto plan = plan_clip(listed, asked(1, 10));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->covered, asked(0, 10));
  EXPECT_TRUE(plan->gaps.empty());
  const auto one = plan_clip(std::vector{fragment(0, 0, 0)}, asked(0, 2), {}, 2);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->covered, asked(0, 2));
}

TEST(ClipPlan, NamesTheTimeWithoutMedia) {
  const std::vector listed = {fragment(0, 0, 2), fragment(1, 2, 1.5), fragment(2, 8, 2)};
  const auto plan = plan_clip(listed, asked(1, 12));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->gaps, (std::vector{asked(3.5, 8), asked(10, 12)}));
  ASSERT_EQ(plan->requests.size(), 2u);  // None goes over a gap.
  EXPECT_DOUBLE_EQ(plan->requests[0].duration, 3.5);
  EXPECT_DOUBLE_EQ(plan->requests[0].longest, 2);
  EXPECT_DOUBLE_EQ(plan->requests[1].begin, kNow + 8);
  const auto late = plan_clip(listed, asked(5, 9));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->gaps, (std::vector{asked(5, 8)}));
  EXPECT_EQ(late->covered, asked(8, 10));
}

TEST(ClipPlan, WithoutMediaThereIsNoClip) {
  for (const auto& [listed, range] : {std::pair(steady(0), asked(0, 2)), std::pair(steady(2), asked(4, 6)),
                                      std::pair(steady(2), asked(-3, 0))}) {
    const auto plan = plan_clip(listed, range);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().kind, ErrorKind::not_found);
  }
}

/// What GetClip gives for a request: fragments that start within, no more than it gives at once.
std::vector<aws::ListedFragment> answer(std::span<const aws::ListedFragment> stream,
                                        const ClipRequest& request) {
  std::vector<aws::ListedFragment> given;
  for (const auto& one : stream) {
    const double told = std::round(one.producer_time * 1000) / 1000;
    const double begin = std::round(request.range.begin * 1000) / 1000,
                 end = std::round(*request.range.end * 1000) / 1000;
    if (told >= begin && told <= end) given.push_back(one);
  }
  return given;
}

TEST(ClipPlan, RequestsTogetherGiveEachFragmentOnceInOrder) {
  std::mt19937_64 random(support::replay_seed());
  std::uniform_real_distribution<double> length(0.5, 10);
  std::uniform_int_distribution<std::int64_t> bytes(1000, 3'000'000);
  for (int round = 0; round < 200; ++round) {
    std::vector<aws::ListedFragment> stream;
    double at = 0;
    for (int i = 0; i < 600; ++i) {
      const double duration = std::round(length(random) * 1000) / 1000;
      stream.push_back(fragment(i, at, random() % 5 == 0 ? 0 : duration, bytes(random)));
      at += duration + (random() % 10 == 0 ? 7.0 : 0.0);
    }
    std::uniform_real_distribution<double> times(0, at);
    double from = times(random), to = times(random);
    if (from > to) std::swap(from, to);
    const auto plan = plan_clip(stream, asked(from, to));
    if (!plan) continue;
    std::vector<std::string> given;
    for (const auto& request : plan->requests) {
      const auto part = answer(stream, request);
      ASSERT_EQ(part.size(), request.fragments);
      ASSERT_LE(part.size(), 180u);
      ASSERT_EQ(part.front().producer_time, request.begin);
      std::int64_t size = 0;
      for (const auto& one : part) {
        given.push_back(one.number);
        size += one.bytes;
      }
      ASSERT_EQ(size, request.bytes);
      ASSERT_LE(size, 80'000'000);
    }
    ASSERT_EQ(given.size(), plan->fragments);
    ASSERT_TRUE(std::ranges::is_sorted(given, std::ranges::less_equal{}));
  }
}

TEST(ClipPlan, OneFragmentAboveTheLimitIsARequestOfItsOwn) {
  const auto plan = plan_clip(steady(3, 90'000'000), asked(0, 6));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->requests.size(), 3u);
}

}  // namespace
}  // namespace kinesight::clips

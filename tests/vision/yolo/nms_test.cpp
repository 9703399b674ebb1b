#include "vision/yolo/nms.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.h"

namespace kinesight::vision::yolo {
namespace {

std::vector<float> scores(const std::vector<Candidate>& kept) {
  std::vector<float> all;
  for (const auto& candidate : kept) all.push_back(candidate.score);
  return all;
}

TEST(Iou, IsTheShareOfTheUnion) {
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {5, 0, 10, 10}), 50.0F / 150);
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {10, 0, 10, 10}), 0);
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {2, 2, 0, 5}), 0);
  EXPECT_FLOAT_EQ(iou({3, 3, 0, 0}, {3, 3, 0, 0}), 0);
}

TEST(SuppressOverlaps, KeepsTheMostConfidentOfEachObject) {
  const auto kept = suppress_overlaps(
      {{{0, 0, 10, 10}, 0.6F, 0}, {{1, 0, 10, 10}, 0.9F, 0}, {{50, 50, 10, 10}, 0.7F, 0}}, 0.45F);
  EXPECT_EQ(scores(kept), (std::vector<float>{0.9F, 0.7F}));
}

TEST(SuppressOverlaps, LeavesOtherClassesAlone) {
  const auto kept = suppress_overlaps(
      {{{0, 0, 10, 10}, 0.9F, 0}, {{0, 0, 10, 10}, 0.8F, 1}, {{0, 0, 10, 10}, 0.7F, 1}}, 0.45F);
  EXPECT_EQ(scores(kept), (std::vector<float>{0.9F, 0.8F}));
}

TEST(SuppressOverlaps, ABoxMayOverlapByExactlyTheThreshold) {
  // Two boxes of 10 x 10 that share 5 x 10: 50 / 150.
  const std::vector<Candidate> two = {{{0, 0, 10, 10}, 0.9F, 0}, {{5, 0, 10, 10}, 0.8F, 0}};
  EXPECT_EQ(suppress_overlaps(two, 50.0F / 150).size(), 2U);
  EXPECT_EQ(suppress_overlaps(two, 0.33F).size(), 1U);
}

TEST(SuppressOverlaps, OfEqualsTheFirstStays) {
  const auto kept = suppress_overlaps(
      {{{0, 0, 10, 10}, 0.5F, 0}, {{1, 0, 10, 10}, 0.5F, 0}, {{2, 0, 10, 10}, 0.5F, 0}}, 0.45F);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].box.x, 0);
}

TEST(SuppressOverlaps, WhatIsSuppressedSuppressesNothing) {
  // A chain: the second repeats the first, the third only the second.
  const auto kept = suppress_overlaps(
      {{{0, 0, 10, 10}, 0.9F, 0}, {{4, 0, 10, 10}, 0.8F, 0}, {{8, 0, 10, 10}, 0.7F, 0}}, 0.4F);
  EXPECT_EQ(scores(kept), (std::vector<float>{0.9F, 0.7F}));
}

TEST(SuppressOverlaps, BoundsTheWork) {
  Rng rng(21);
  std::vector<Candidate> many;
  for (int i = 0; i < 1000; ++i) {
    many.push_back({{static_cast<float>(20 * i), 0, 10, 10}, static_cast<float>(rng.uniform(0, 1)), 0});
  }
  many.push_back({{-100, 0, 10, 10}, 1.5F, 0});
  const auto kept = suppress_overlaps(many, 0.45F, {.candidates = 500, .kept = 300});
  ASSERT_EQ(kept.size(), 300U);
  EXPECT_EQ(kept.front().score, 1.5F);
  EXPECT_TRUE(std::ranges::is_sorted(kept, std::ranges::greater{}, &Candidate::score));
  EXPECT_EQ(suppress_overlaps(many, 0.45F, {.candidates = 5, .kept = 300}).size(), 5U);
  EXPECT_TRUE(suppress_overlaps({}, 0.45F).empty());
}

}  // namespace
}  // namespace kinesight::vision::yolo

// What each head makes of numbers whose boxes are known.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "vision/yolo/head.h"

namespace kinesight::vision::yolo {
namespace {

constexpr InputSize kInput{64, 64};
constexpr std::size_t kCells = 8 * 8 + 4 * 4 + 2 * 2;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// An output of a head, and what it finds in it.
struct Output {
  std::vector<std::size_t> shape;
  std::vector<float> values;
  std::unique_ptr<Head> head;

  Output(const HeadKind& kind, std::vector<std::size_t> sizes) : shape(std::move(sizes)) {
    values.resize(shape[0] * shape[1] * shape[2]);
    const std::vector<std::int64_t> declared(shape.begin(), shape.end());
    head = kind.match(declared, kInput);
  }

  float& at(std::size_t row, std::size_t column) { return values[row * shape[2] + column]; }
  void row(std::size_t number, const std::vector<float>& numbers) {
    std::copy(numbers.begin(), numbers.end(), &at(number, 0));
  }
  void column(std::size_t number, const std::vector<float>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) at(i, number) = numbers[i];
  }
  std::vector<Candidate> found(float threshold = 0.25F) const {
    std::vector<Candidate> all;
    head->decode({shape, values}, threshold, all);
    return all;
  }
};

void expect_box(const Candidate& candidate, Box box, float score, int label) {
  EXPECT_NEAR(candidate.box.x, box.x, 1e-3);
  EXPECT_NEAR(candidate.box.y, box.y, 1e-3);
  EXPECT_NEAR(candidate.box.w, box.w, 1e-3);
  EXPECT_NEAR(candidate.box.h, box.h, 1e-3);
  EXPECT_NEAR(candidate.score, score, 1e-6);
  EXPECT_EQ(candidate.label, label);
}

TEST(Yolov8Head, ReadsColumns) {
  Output output(yolov8_head(), {1, 7, kCells});
  ASSERT_TRUE(output.head);
  output.column(0, {32, 24, 20, 10, 0.1F, 0.8F, 0.3F});
  output.column(kCells - 1, {60, 60, 8, 8, 0.6F, 0.5F, 0.4F});
  output.column(7, {1, 1, 1, 1, 0.2F, 0.2F, 0.24F});  // Below the threshold.
  const auto found = output.found();
  ASSERT_EQ(found.size(), 2U);
  expect_box(found[0], {22, 19, 20, 10}, 0.8F, 1);
  expect_box(found[1], {56, 56, 8, 8}, 0.6F, 0);
}

TEST(Yolov8Head, OfEqualClassesTakesTheFirstAndOfNaNsNone) {
  Output output(yolov8_head(), {1, 6, kCells});
  output.column(3, {8, 8, 4, 4, 0.5F, 0.5F});
  output.column(4, {8, 8, 4, 4, kNaN, kNaN});
  const auto found = output.found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].label, 0);
}

TEST(Yolov8Head, AScoreAtTheThresholdCounts) {
  Output output(yolov8_head(), {1, 5, kCells});
  output.column(0, {8, 8, 4, 4, 0.5F});
  EXPECT_EQ(output.found(0.5F).size(), 1U);
  EXPECT_EQ(output.found(0.500001F).size(), 0U);
}

TEST(Yolov5Head, MultipliesObjectnessAndClass) {
  Output output(yolov5_head(), {1, 3 * kCells, 8});
  ASSERT_TRUE(output.head);
  output.row(100, {32, 24, 20, 10, 0.9F, 0.1F, 0.2F, 0.8F});
  output.row(101, {32, 24, 20, 10, 0.3F, 0.1F, 0.2F, 0.8F});  // 0.24: neither number alone decides.
  output.row(102, {32, 24, 20, 10, kNaN, 0.1F, 0.2F, 0.8F});
  const auto found = output.found();
  ASSERT_EQ(found.size(), 1U);
  expect_box(found[0], {22, 19, 20, 10}, 0.72F, 2);
}

TEST(YoloxHead, BringsCellsIntoPixels) {
  Output output(yolox_head(), {1, kCells, 7});
  ASSERT_TRUE(output.head);
  EXPECT_TRUE(output.head->input().blue_first);
  EXPECT_EQ(output.head->input().scale, 1);
  EXPECT_EQ(output.head->input().placement, Placement::top_left);
  // Stride 8, column 3, row 2: cell 2 x 8 + 3. Stride 16, column 1, row 3: 64 + 3 x 4 + 1. Stride 32, the
  // last cell.
  output.row(19, {0.5F, 0.25F, std::log(2.0F), std::log(4.0F), 0.9F, 0.1F, 0.9F});
  output.row(77, {0, 0, 0, 0, 0.8F, 0.5F, 0.1F});
  output.row(kCells - 1, {-0.5F, 1, std::log(0.5F), 0, 1, 0, 0.3F});
  const auto found = output.found();
  ASSERT_EQ(found.size(), 3U);
  expect_box(found[0], {28 - 8, 18 - 16, 16, 32}, 0.81F, 1);
  expect_box(found[1], {16 - 8, 48 - 8, 16, 16}, 0.4F, 0);
  expect_box(found[2], {16 - 8, 64 - 16, 16, 32}, 0.3F, 1);
}

TEST(YoloxHead, SeesByTheNumbersThatTheyArePixelsAlready) {
  Output output(yolox_head(), {1, kCells, 7});
  for (std::size_t i = 0; i < kCells; ++i)
    output.at(i, 0) = 4.0F + static_cast<float>(i % 8) * 8;  // As a decoded grid has them.
  output.row(40, {32, 24, 20, 10, 0.9F, 0.1F, 0.9F});
  const auto found = output.found();
  ASSERT_EQ(found.size(), 1U);
  expect_box(found[0], {22, 19, 20, 10}, 0.81F, 1);
}

TEST(EndToEndHead, ReadsCorners) {
  Output output(end_to_end_head(), {1, 300, 6});
  ASSERT_TRUE(output.head);
  EXPECT_FALSE(output.head->overlaps()) << "the model has suppressed them itself";
  output.row(0, {22, 19, 42, 29, 0.9F, 3});
  output.row(1, {0, 0, 64, 64, 0.5F, 0});
  output.row(2, {0, 0, 64, 64, 0.9F, kNaN});
  output.row(3, {0, 0, 64, 64, 0.9F, -1});
  output.row(4, {0, 0, 64, 64, kNaN, 1});
  const auto found = output.found();
  ASSERT_EQ(found.size(), 2U);
  expect_box(found[0], {22, 19, 20, 10}, 0.9F, 3);
  expect_box(found[1], {0, 0, 64, 64}, 0.5F, 0);
}

TEST(EndToEndHead, TakesAsManyBoxesAsThereAre) {
  Output output(end_to_end_head(), {1, 2, 6});
  output.row(1, {0, 0, 8, 8, 0.5F, 0});
  EXPECT_EQ(output.found().size(), 1U);
  Output none(end_to_end_head(), {1, 0, 6});
  ASSERT_TRUE(none.head);
  EXPECT_TRUE(none.found().empty());
}

}  // namespace
}  // namespace kinesight::vision::yolo

#include "vision/track/kalman.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "support/replay.h"

namespace kinesight::vision {
namespace {

void expect_equal(const CoordinateFilter& a, const CoordinateFilter& b) {
  EXPECT_NEAR(a.value(), b.value(), 1e-9);
  EXPECT_NEAR(a.velocity(), b.velocity(), 1e-9);
  EXPECT_NEAR(a.variance(), b.variance(), 1e-9);
  EXPECT_NEAR(a.covariance(), b.covariance(), 1e-9);
  EXPECT_NEAR(a.velocity_variance(), b.velocity_variance(), 1e-9);
}

/// What weighted least squares make of a straight line: the sums of the normal equations for its value and
/// velocity at time 0, a measurement at a time.
struct LeastSquares {
  double ones = 0, times = 0, squares = 0, values = 0, products = 0;

  void add(double time, double value, double deviation) {
    const double weight = 1 / (deviation * deviation);
    ones += weight;
    times += weight * time;
    squares += weight * time * time;
    values += weight * value;
    products += weight * time * value;
  }
};

TEST(Kalman, WithoutNoiseItIsAStraightLineByLeastSquares) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 200; ++round) {
    const double deviation = rng.uniform(0.5, 3), speed = rng.uniform(0.5, 5), first = rng.uniform(-50, 50);
    CoordinateFilter filter(first, deviation, speed);
    LeastSquares line;
    line.add(0, first, deviation);
    line.squares += 1 / (speed * speed);  // That the velocity is 0 is a measurement as well.
    double time = 0;
    for (int i = 0; i < 12; ++i) {
      const double step = rng.uniform(0.01, 2), measured = rng.uniform(-80, 80), off = rng.uniform(0.5, 3);
      filter.predict(step, 0);
      filter.correct(measured, off);
      line.add(time += step, measured, off);
    }
    const double determinant = line.ones * line.squares - line.times * line.times;
    const double velocity = (line.ones * line.products - line.times * line.values) / determinant;
    const double start = (line.squares * line.values - line.times * line.products) / determinant;
    ASSERT_NEAR(filter.velocity(), velocity, 1e-7) << "round " << round;
    ASSERT_NEAR(filter.value(), start + velocity * time, 1e-7) << "round " << round;
    ASSERT_NEAR(filter.velocity_variance(), line.ones / determinant, 1e-7) << "round " << round;
    ASSERT_NEAR(filter.variance(),
                (line.squares - 2 * time * line.times + time * time * line.ones) / determinant, 1e-7);
  }
}

TEST(Kalman, TimeInPiecesIsTimeAtOnce) {
  // Holds for the noise of the motion only if its covariance is the integral over the time.
  CoordinateFilter at_once(3, 1, 2), in_pieces(3, 1, 2);
  for (auto* filter : {&at_once, &in_pieces}) {
    filter->predict(0.5, 4);
    filter->correct(5, 0.5);
  }
  at_once.predict(1.7, 4);
  for (const double piece : {0.2, 1.0, 0.5}) in_pieces.predict(piece, 4);
  expect_equal(at_once, in_pieces);
}

TEST(Kalman, NoTimeChangesNothing) {
  CoordinateFilter filter(3, 1, 2);
  filter.predict(0, 4);
  expect_equal(filter, CoordinateFilter(3, 1, 2));
}

TEST(Kalman, ExpectsWhatMovesToMoveOn) {
  BoxFilter filter({100, 50, 40, 30});
  for (int i = 1; i <= 8; ++i) {
    filter.predict(0.2);
    filter.correct({100 + 20.0F * i, 50 - 10.0F * i, 40, 30});
  }
  filter.predict(0.4);  // Two frames that show nothing.
  const Box expected = filter.box();
  EXPECT_NEAR(expected.x, 300, 3);
  EXPECT_NEAR(expected.y, -50, 3);
  EXPECT_NEAR(expected.w, 40, 1);
  EXPECT_NEAR(expected.h, 30, 1);
}

TEST(Kalman, GrowsLessCertainWithTime) {
  BoxFilter filter({100, 50, 40, 30});
  const Box beside{160, 50, 40, 30};
  filter.predict(0.1);
  const double at_once = filter.deviations(beside);
  filter.predict(0.9);
  EXPECT_LT(filter.deviations(beside), at_once / 3);
  EXPECT_NEAR(filter.deviations({100, 50, 40, 30}), 0, 1e-6);
}

TEST(Kalman, WhatShrinksIsNeverEmpty) {
  BoxFilter filter({100, 50, 40, 30});
  for (int i = 1; i <= 3; ++i) {
    filter.predict(0.2);
    filter.correct({100, 50, 40 - 12.0F * i, 30 - 9.0F * i});
  }
  filter.predict(60);
  const Box box = filter.box();
  EXPECT_GE(box.w, 1);
  EXPECT_GE(box.h, 1);
  EXPECT_TRUE(std::isfinite(filter.deviations({0, 0, 0, 0})));
}

}  // namespace
}  // namespace kinesight::vision

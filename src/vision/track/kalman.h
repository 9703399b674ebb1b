// Where a box is expected: a Kalman filter with constant velocity.
//
// After SORT: A. Bewley et al., "Simple Online and Realtime Tracking", ICIP 2016 (arXiv:1602.00763), and
// ByteTrack (arXiv:2110.06864), with two changes. Time is in seconds and the noise of the motion grows with
// it, as frames come unevenly and seldom. The state is centre, width and height (as in BoT-SORT,
// arXiv:2206.14651) and not the aspect ratio, so that no covariance ties the four together: the filter of
// eight numbers is four of two.
#pragma once

#include <array>

#include "vision/detector.h"

namespace kinesight::vision {

/// One coordinate and its velocity: the Kalman filter of two numbers, in closed form.
class CoordinateFilter {
 public:
  /// `deviation` is the standard deviation of `value`; the velocity is 0 with `velocity_deviation`.
  CoordinateFilter(double value, double deviation, double velocity_deviation);

  /// Lets `seconds` go by, in which the velocity changes by white noise: its variance grows by `noise`
  /// squared a second. The discretised Wiener process: Y. Bar-Shalom et al., "Estimation with Applications to
  /// Tracking and Navigation" (2001), section 6.2.2.
  void predict(double seconds, double noise);
  /// Takes a measurement with that standard deviation in.
  void correct(double value, double deviation);

  double value() const { return value_; }
  double velocity() const { return velocity_; }
  double variance() const { return variance_; }
  double covariance() const { return covariance_; }
  double velocity_variance() const { return velocity_variance_; }

 private:
  double value_;
  double velocity_ = 0;
  double variance_;           ///< Of the value.
  double covariance_ = 0;     ///< Of both.
  double velocity_variance_;  ///< Of the velocity.
};

/// Where an object is expected, from the boxes it was seen in.
class BoxFilter {
 public:
  explicit BoxFilter(const Box& seen);

  /// Lets `seconds` go by.
  void predict(double seconds);
  /// The object was seen in `seen`.
  void correct(const Box& seen);

  /// Where it is expected, pixels; never empty.
  Box box() const;
  /// How far the centre of `other` is from the expected one, in standard deviations (Mahalanobis).
  double deviations(const Box& other) const;

 private:
  double size() const;  ///< The square root of the area, pixels: what movements are measured by.

  std::array<CoordinateFilter, 4> coordinates_;  ///< Centre x, centre y, width, height.
};

}  // namespace kinesight::vision

#include "vision/track/kalman.h"

#include <algorithm>
#include <cmath>

namespace kinesight::vision {

namespace {

// Shares of the box's own size. The first is ByteTrack's; the others were measured on rendered scenes at 1 to
// 30 frames a second, where hands and cars move by up to 8 sizes a second.
constexpr double kMeasured = 0.05;       ///< Standard deviation of a measured edge.
constexpr double kSpeedAtFirst = 2.5;    ///< The same of the velocity of what was seen once, a second.
constexpr double kScalingAtFirst = 0.5;  ///< The same of its width and height.
constexpr double kAcceleration = 3;      ///< How much the velocity changes in a second.
constexpr double kScalingChange = 0.5;   ///< The same of width and height.
constexpr double kBobbing =
    0.15;  ///< Standard deviation of a centre from its path; a share of the longer side.
constexpr double kLeastSize = 1;  ///< Pixels.

double size_of(double width, double height) {
  return std::sqrt(std::max(width, kLeastSize) * std::max(height, kLeastSize));
}

}  // namespace

CoordinateFilter::CoordinateFilter(double value, double deviation, double velocity_deviation)
    : value_(value),
      variance_(deviation * deviation),
      velocity_variance_(velocity_deviation * velocity_deviation) {}

void CoordinateFilter::predict(double seconds, double noise) {
  const double t = seconds;
  const double q = noise * noise;
  value_ += velocity_ * t;
  variance_ += 2 * t * covariance_ + t * t * velocity_variance_ + q * t * t * t / 3;
  covariance_ += t * velocity_variance_ + q * t * t / 2;
  velocity_variance_ += q * t;
}

void CoordinateFilter::correct(double value, double deviation) {
  const double spread = variance_ + deviation * deviation;
  const double gain = variance_ / spread;
  const double velocity_gain = covariance_ / spread;
  const double surprise = value - value_;
  value_ += gain * surprise;
  velocity_ += velocity_gain * surprise;
  velocity_variance_ -= velocity_gain * covariance_;
  covariance_ *= 1 - gain;
  variance_ *= 1 - gain;
}

BoxFilter::BoxFilter(const Box& seen)
    : coordinates_{CoordinateFilter{seen.x + seen.w / 2.0, kMeasured * std::max<double>(seen.w, kLeastSize),
                                    kSpeedAtFirst * size_of(seen.w, seen.h)},
                   CoordinateFilter{seen.y + seen.h / 2.0, kMeasured * std::max<double>(seen.h, kLeastSize),
                                    kSpeedAtFirst * size_of(seen.w, seen.h)},
                   CoordinateFilter{seen.w, kMeasured * std::max<double>(seen.w, kLeastSize),
                                    kScalingAtFirst * size_of(seen.w, seen.h)},
                   CoordinateFilter{seen.h, kMeasured * std::max<double>(seen.h, kLeastSize),
                                    kScalingAtFirst * size_of(seen.w, seen.h)}} {}

double BoxFilter::size() const { return size_of(coordinates_[2].value(), coordinates_[3].value()); }

void BoxFilter::predict(double seconds) {
  const double scale = size();
  for (const std::size_t i : {0, 1}) coordinates_[i].predict(seconds, kAcceleration * scale);
  for (const std::size_t i : {2, 3}) coordinates_[i].predict(seconds, kScalingChange * scale);
}

void BoxFilter::correct(const Box& seen) {
  const double across = kMeasured * std::max<double>(seen.w, kLeastSize);
  const double down = kMeasured * std::max<double>(seen.h, kLeastSize);
  coordinates_[0].correct(seen.x + seen.w / 2.0, across);
  coordinates_[1].correct(seen.y + seen.h / 2.0, down);
  coordinates_[2].correct(seen.w, across);
  coordinates_[3].correct(seen.h, down);
}

Box BoxFilter::box() const {
  const double width = std::max(coordinates_[2].value(), kLeastSize);
  const double height = std::max(coordinates_[3].value(), kLeastSize);
  return {static_cast<float>(coordinates_[0].value() - width / 2),
          static_cast<float>(coordinates_[1].value() - height / 2), static_cast<float>(width),
          static_cast<float>(height)};
}

double BoxFilter::deviations(const Box& other) const {
  // What is held in a hand bobs by a share of its length, however thin its box happens to be.
  const double bobbing = kBobbing * std::max<double>({other.w, other.h, kLeastSize});
  const double dx = other.x + other.w / 2.0 - coordinates_[0].value();
  const double dy = other.y + other.h / 2.0 - coordinates_[1].value();
  return std::sqrt(dx * dx / (coordinates_[0].variance() + bobbing * bobbing) +
                   dy * dy / (coordinates_[1].variance() + bobbing * bobbing));
}

}  // namespace kinesight::vision

// The mean of the newest values of something.
#pragma once

#include <cstddef>
#include <deque>
#include <numeric>
#include <optional>

namespace kinesight::infer {

/// Over the last 50 values. Not thread-safe.
class RecentMean {
 public:
  void add(double value) {
    values_.push_back(value);
    if (values_.size() > kMost) values_.pop_front();
  }
  /// Nothing before the first value.
  std::optional<double> value() const {
    if (values_.empty()) return std::nullopt;
    return std::accumulate(values_.begin(), values_.end(), 0.0) / static_cast<double>(values_.size());
  }

 private:
  static constexpr std::size_t kMost = 50;
  std::deque<double> values_;
};

}  // namespace kinesight::infer

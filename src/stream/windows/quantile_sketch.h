// Quantiles of a stream of numbers in bounded memory, with a bounded relative error: DDSketch (Masson, Rim,
// Lee: "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", VLDB 2019).
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::stream {

/// A number x is counted in the bucket of index ceil(log(|x|) / log(gamma)), gamma = (1 + a) / (1 - a): what
/// stands for a bucket is within a = kRelativeError of each number in it. The order of numbers does not
/// matter, nor whether they were counted in one sketch or in several that were merged.
class QuantileSketch {
 public:
  static constexpr double kRelativeError = 0.01;
  /// The most buckets of a sign. Numbers from 1e-9 to 1e9 take 2,073 at most; what is beyond, on the side of
  /// zero, shares one bucket, and loses the bound.
  static constexpr std::size_t kMostBuckets = 2100;

  /// A finite number.
  void add(double number);
  void merge(const QuantileSketch& other);
  std::int64_t count() const { return count_; }

  /// The quantile `q` (0 to 1): within kRelativeError of the number of rank floor(q * (count - 1)) in
  /// ascending order, rank 0 being the least. Nothing when there is no number.
  std::optional<double> quantile(double q) const;

  /// As bytes, for as long as the program's version; and back. Error: corrupt.
  std::string bytes() const;
  static Result<QuantileSketch> from_bytes(std::string_view bytes);

  bool operator==(const QuantileSketch&) const = default;

 private:
  using Buckets = std::map<std::int32_t, std::int64_t>;

  std::int64_t count_ = 0;
  std::int64_t zeros_ = 0;
  Buckets positive_, negative_;  ///< By the index of the absolute value.
};

}  // namespace kinesight::stream

#include "stream/windows/quantile_sketch.h"

#include <cmath>
#include <cstring>

namespace kinesight::stream {
namespace {

const double kGamma = (1 + QuantileSketch::kRelativeError) / (1 - QuantileSketch::kRelativeError);
const double kLogGamma = std::log(kGamma);

std::int32_t index_of(double magnitude) {
  return static_cast<std::int32_t>(std::ceil(std::log(magnitude) / kLogGamma));
}

/// The middle of a bucket, by relative error.
double middle_of(std::int32_t index) { return 2 * std::exp(index * kLogGamma) / (1 + kGamma); }

/// Puts the buckets nearest zero together until there are few enough.
void collapse(std::map<std::int32_t, std::int64_t>& buckets) {
  while (buckets.size() > QuantileSketch::kMostBuckets) {
    const auto least = buckets.begin();
    std::next(least)->second += least->second;
    buckets.erase(least);
  }
}

template <class Number>
void put(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

template <class Number>
bool take(std::string_view& bytes, Number& number) {
  if (bytes.size() < sizeof(number)) return false;
  std::memcpy(&number, bytes.data(), sizeof(number));
  bytes.remove_prefix(sizeof(number));
  return true;
}

void put_buckets(std::string& bytes, const std::map<std::int32_t, std::int64_t>& buckets) {
  put(bytes, static_cast<std::uint32_t>(buckets.size()));
  for (const auto& [index, count] : buckets) {
    put(bytes, index);
    put(bytes, count);
  }
}

/// The counts' sum; nothing when the bytes are none of put_buckets().
std::optional<std::int64_t> take_buckets(std::string_view& bytes,
                                         std::map<std::int32_t, std::int64_t>& buckets) {
  std::uint32_t size = 0;
  if (!take(bytes, size) || size > QuantileSketch::kMostBuckets) return std::nullopt;
  std::int64_t sum = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    std::int32_t index = 0;
    std::int64_t count = 0;
    if (!take(bytes, index) || !take(bytes, count) || count < 1) return std::nullopt;
    if (__builtin_add_overflow(sum, count, &sum) || !buckets.emplace(index, count).second)
      return std::nullopt;
  }
  return sum;
}

}  // namespace

void QuantileSketch::add(double number) {
  ++count_;
  if (number == 0) {
    ++zeros_;
    return;
  }
  Buckets& buckets = number > 0 ? positive_ : negative_;
  ++buckets[index_of(std::abs(number))];
  collapse(buckets);
}

void QuantileSketch::merge(const QuantileSketch& other) {
  count_ += other.count_;
  zeros_ += other.zeros_;
  for (const auto& [index, count] : other.positive_) positive_[index] += count;
  for (const auto& [index, count] : other.negative_) negative_[index] += count;
  collapse(positive_);
  collapse(negative_);
}

std::optional<double> QuantileSketch::quantile(double q) const {
  if (count_ == 0) return std::nullopt;
  auto rank = static_cast<std::int64_t>(std::floor(q * static_cast<double>(count_ - 1)));
  for (auto bucket = negative_.rbegin(); bucket != negative_.rend(); ++bucket) {
    if (rank < bucket->second) return -middle_of(bucket->first);
    rank -= bucket->second;
  }
  if (rank < zeros_) return 0.0;
  rank -= zeros_;
  for (const auto& [index, count] : positive_) {
    if (rank < count) return middle_of(index);
    rank -= count;
  }
  return middle_of(positive_.rbegin()->first);
}

std::string QuantileSketch::bytes() const {
  std::string bytes;
  put(bytes, zeros_);
  put_buckets(bytes, positive_);
  put_buckets(bytes, negative_);
  return bytes;
}

Result<QuantileSketch> QuantileSketch::from_bytes(std::string_view bytes) {
  QuantileSketch sketch;
  std::optional<std::int64_t> positive, negative;
  if (take(bytes, sketch.zeros_) && sketch.zeros_ >= 0) positive = take_buckets(bytes, sketch.positive_);
  if (positive) negative = take_buckets(bytes, sketch.negative_);
  const bool sound = negative && bytes.empty() &&
                     !__builtin_add_overflow(*positive, *negative, &sketch.count_) &&
                     !__builtin_add_overflow(sketch.count_, sketch.zeros_, &sketch.count_);
  if (!sound) return fail(ErrorKind::corrupt, "expected the bytes of a quantile sketch, found others");
  return sketch;
}

}  // namespace kinesight::stream

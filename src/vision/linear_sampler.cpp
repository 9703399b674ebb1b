#include "vision/linear_sampler.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <opencv2/core/hal/intrin.hpp>

namespace kinesight::vision {
namespace {

constexpr int kLanes = 4;  ///< Samples that are finished at once, and numbers a sample.

/// The taps of `to` samples over `from` pixels. Centres fall on centres; the arithmetic (double, then float,
/// weights rounded half to even) is cv::resize's.
std::vector<LinearTap> taps(int from, int to) {
  const double scale = 1.0 / (double(to) / from);
  std::vector<LinearTap> all(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    const auto at = static_cast<float>((i + 0.5) * scale - 0.5);
    const int first = static_cast<int>(std::floor(at));
    const float beyond = at - static_cast<float>(first);
    const auto weight = [](float share) { return static_cast<std::int16_t>(std::lrintf(share * 2048)); };
    all[static_cast<std::size_t>(i)] = {first, {weight(1 - beyond), weight(beyond)}};
  }
  return all;
}

/// Samples at the edge take all from the outermost pixel.
void keep_within(std::vector<LinearTap>& all, int from) {
  for (auto& tap : all) {
    if (tap.first < 0) tap = {0, {2048, 0}};
    if (tap.first >= from - 1) tap = {from - 1, {2048, 0}};
  }
}

/// One sample across: the pixels at `bgrx` and right of it, weighted.
void sample_across(const std::uint8_t* bgrx, const LinearTap& tap, std::int32_t* out) {
  const auto both = cv::v_reinterpret_as_s16(cv::v_load_expand(bgrx));  // B G R x, B' G' R' x'
  cv::v_int16x8 pairs, unused;                                          // B B', G G', R R', x x'
  cv::v_zip(both, cv::v_rotate_right<4>(both), pairs, unused);
  const auto weights = cv::v_reinterpret_as_s16(cv::v_setall_s32(std::bit_cast<std::int32_t>(tap.weights)));
  cv::v_store(out, cv::v_dotprod(pairs, weights));
}

/// Two samples of a row, in 1/128: what fits 16 bits.
cv::v_int16x8 two_samples(const std::int32_t* row) {
  return cv::v_pack(cv::v_shr<4>(cv::v_load(row)), cv::v_shr<4>(cv::v_load(row + kLanes)));
}

/// Four samples down: between those at `above` and those at `below`. Blue, green and red of each go into
/// `out`.
void sample_down(const std::int32_t* above, const std::int32_t* below, const LinearTap& tap, float scale,
                 const LinearSampler::Target& out) {
  const auto weight = cv::v_setall_s16(tap.weights[0]), next_weight = cv::v_setall_s16(tap.weights[1]);
  const auto two = [&](int offset) {
    const auto quarters = cv::v_mul_hi(two_samples(above + offset), weight) +
                          cv::v_mul_hi(two_samples(below + offset), next_weight);
    return cv::v_shr<2>(quarters + cv::v_setall_s16(2));
  };
  cv::v_int32x4 first, second, third, fourth, blue, green, red, unused;
  cv::v_expand(two(0), first, second);
  cv::v_expand(two(2 * kLanes), third, fourth);
  cv::v_transpose4x4(first, second, third, fourth, blue, green, red, unused);
  const auto factor = cv::v_setall_f32(scale);
  cv::v_store(out.blue, cv::v_cvt_f32(blue) * factor);
  cv::v_store(out.green, cv::v_cvt_f32(green) * factor);
  cv::v_store(out.red, cv::v_cvt_f32(red) * factor);
}

}  // namespace

void LinearSampler::begin(int from_width, int from_height, int to_width, int to_height) {
  for (auto& row : rows_) row.number = -1;
  const bool same = from_width == from_width_ && from_height == from_height_ &&
                    across_.size() == static_cast<std::size_t>(to_width) &&
                    down_.size() == static_cast<std::size_t>(to_height);
  if (same) return;
  from_width_ = from_width;
  from_height_ = from_height;
  across_ = taps(from_width, to_width);
  keep_within(across_, from_width);
  down_ = taps(from_height, to_height);
  bgrx_.assign(4 * (static_cast<std::size_t>(from_width) + 1),
               0);  // One pixel more: the last has a neighbour, of weight 0.
  const auto groups = (static_cast<std::size_t>(to_width) + kLanes - 1) / kLanes;
  for (auto& row : rows_) row.samples.assign(groups * kLanes * kLanes, 0);
}

const std::int32_t* LinearSampler::columns_of(int row, const Fetch& fetch) {
  Row& kept = rows_[static_cast<std::size_t>(row % 2)];
  if (kept.number != row) {
    fetch(row, bgrx_.data());
    std::int32_t* out = kept.samples.data();
    for (const auto& tap : across_) {
      sample_across(bgrx_.data() + 4 * tap.first, tap, out);
      out += kLanes;
    }
    kept.number = row;
  }
  return kept.samples.data();
}

void LinearSampler::sample(int y, const Fetch& fetch, float scale, Target target) {
  const auto& tap = down_[static_cast<std::size_t>(y)];
  const auto* above = columns_of(std::clamp(tap.first, 0, from_height_ - 1), fetch);
  const auto* below = columns_of(std::clamp(tap.first + 1, 0, from_height_ - 1), fetch);
  const int width = static_cast<int>(across_.size());
  for (int x = 0; x < width; x += kLanes, above += kLanes * kLanes, below += kLanes * kLanes) {
    if (x + kLanes <= width) {
      sample_down(above, below, tap, scale, {target.blue + x, target.green + x, target.red + x});
      continue;
    }
    std::array<float, kLanes> blue, green, red;  // What is right of the target is not ours.
    sample_down(above, below, tap, scale, {blue.data(), green.data(), red.data()});
    std::copy_n(blue.begin(), width - x, target.blue + x);
    std::copy_n(green.begin(), width - x, target.green + x);
    std::copy_n(red.begin(), width - x, target.red + x);
  }
}

}  // namespace kinesight::vision

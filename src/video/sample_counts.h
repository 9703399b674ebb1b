// How many samples an MP4 file claims to have. ISO/IEC 14496-12, "Sample Table Box" and "Track Fragment Run
// Box".
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace kinesight::video {

/// More than an hour of pictures, and a few megabytes of index.
inline constexpr std::size_t kMaxClaimedSamples = 250'000;

/// Demuxers make room for as many samples as the boxes claim: ten bytes can ask for gigabytes. Refuses bytes
/// (whole boxes one after the other, the last one perhaps cut off) in which the tables outside mdat claim
/// more than `max` in all. Error: corrupt.
Result<> check_claimed_samples(std::string_view bytes, std::size_t max = kMaxClaimedSamples);

}  // namespace kinesight::video

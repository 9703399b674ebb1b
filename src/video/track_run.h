// What the track runs of a movie fragment say of its samples. ISO/IEC 14496-12, "Track Fragment Run Box".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kinesight::video {

/// How long each sample of a fragment (moof, …) lasts, in the order of decoding and ticks of its track: 0
/// where the fragment itself does not say. Empty when it is damaged.
std::vector<std::uint32_t> sample_durations(std::string_view media);

}  // namespace kinesight::video

// What the track runs of a movie fragment say of its samples. ISO/IEC 14496-12, "Track Fragment Run Box".
#pragma once

#include <cstdint>
#include <string_view>

namespace kinesight::video {

/// How long the last sample of a fragment (moof, …) lasts, in ticks of its track; 0 when the fragment itself
/// does not say, or is damaged. libav's demuxer guesses it, since it goes by the next sample.
std::uint32_t last_sample_duration(std::string_view media);

}  // namespace kinesight::video

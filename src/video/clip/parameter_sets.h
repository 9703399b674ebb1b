// The parameter sets of H.264 and HEVC as containers keep them. ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::video::clip {

/// A decoder configuration record ("avcC", "hvcC"), taken apart.
struct ParameterSets {
  std::size_t length_bytes = 4;  ///< Of the length before each NAL unit, here and in the samples.
  std::string units;  ///< All sets, each with its length before it: as they may stand before a keyframe.
};

/// Error: corrupt (no such record).
Result<ParameterSets> read_avc(std::string_view record);
/// The same for HEVC.
Result<ParameterSets> read_hevc(std::string_view record);

/// The record for samples that bring sets of their own ("hev1"): none of its arrays is said to be complete.
std::string incomplete_hevc(std::string record);

}  // namespace kinesight::video::clip

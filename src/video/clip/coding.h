// How the parts of a clip are coded, and whether one track can hold them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "video/clip/samples.h"
#include "video/clip/selection.h"
#include "video/clip/track.h"

namespace kinesight::video::clip {

/// How the frames of a selection are coded.
struct Coding {
  SampleEntry entry;
  /// By piece: what to put before each keyframe. Empty where all have the same parameter sets, which are
  /// in the entry.
  std::vector<std::string> before_keyframes;
};

/// Looks at the pieces that `selection` takes frames of. Where their parameter sets differ the frames get
/// longer, which `selection` is told. Error: invalid (codec, size, or the lengths before NAL units differ:
/// the part, from what, to what), corrupt (a part's parameter sets).
Result<Coding> agree(std::span<const PieceIndex> pieces, Selection& selection);

}  // namespace kinesight::video::clip

// The boxes at the top of an MP4 file, read from a descriptor.
#pragma once

#include <string>

#include "base/result.h"
#include "video/clip/pieces.h"

namespace kinesight::video::clip {

/// All boxes of an MP4 file but mdat and free, one after the other as they are. Errors (`shown` names the
/// file): corrupt (a box is cut off, is no box, or they take more than 64 MiB), unavailable (it cannot be
/// read).
Result<std::string> read_top_boxes(const Piece& piece, const std::string& shown);

}  // namespace kinesight::video::clip

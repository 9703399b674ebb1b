// Which frames of a timeline a clip needs, and which of them it shows.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "video/clip/timeline.h"

namespace kinesight::video::clip {

/// A clip's media, in ticks of the timeline.
struct Selection {
  std::vector<Sample> samples;         ///< In the order of decoding; the first one is a keyframe.
  std::vector<std::int64_t> in_order;  ///< Their times, ascending.
  std::int64_t begin = 0;              ///< The time of the first shown frame,
  std::int64_t end = 0;                ///< and the end of the last one.
  std::int64_t tail = 1;               ///< How long the last one of in_order lasts.
  std::int64_t shown = 0;              ///< Frames in [begin, end).
  std::int64_t longest_pause = 0;      ///< From a shown frame to the next.
};

/// Takes the frames from `from` up to `until` (ticks) as join_clip() says. Error: invalid (there is none).
Result<Selection> select(const Timeline& line, std::int64_t from, std::int64_t until);

}  // namespace kinesight::video::clip

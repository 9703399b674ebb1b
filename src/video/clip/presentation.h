// What a player shows of a file, and whether there is anything to see.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "video/clip/edit_list.h"
#include "video/libav/libav.h"

namespace kinesight::video::clip {

/// A frame of an index, in ticks of its media.
struct FrameTime {
  std::int64_t shown = 0;
  std::int64_t duration = 0;
};

/// Frames as they are shown, in seconds.
struct Presentation {
  std::int64_t frames = 0;
  double duration = 0;
  double longest_pause = 0;  ///< From a frame to the next.
};

/// Sorts `times` (at least one) and counts those that `edits` show, or all where there are none. `tick`:
/// seconds.
Presentation present(std::vector<FrameTime>& times, const std::optional<std::vector<Shown>>& edits,
                     double tick);

/// A keyframe that no decoder takes is no picture, whatever the index says. `shown` names the file. Error:
/// corrupt.
Result<> check_keyframe(const AVStream& stream, const AVPacket& keyframe, const std::string& shown);

}  // namespace kinesight::video::clip

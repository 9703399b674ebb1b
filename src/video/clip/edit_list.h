// What an MP4 file's edit list shows of its media. ISO/IEC 14496-12, 8.6.6.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kinesight::video::clip {

/// A stretch of the media's time that is shown: [begin, end) in ticks of the media.
struct Shown {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// The stretches that the edit list of the video track shows, in order, without pauses; nothing when it has
/// none and all is shown. `boxes` holds the moov box, which may be anything.
std::optional<std::vector<Shown>> read_edit_list(std::string_view boxes);

}  // namespace kinesight::video::clip

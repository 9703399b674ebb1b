// A span of a camera's time that nobody watched.
#pragma once

#include <string>

namespace kinesight::video {

/// [begin, end) in capture time, Unix seconds.
struct Gap {
  double begin = 0;
  double end = 0;
  /// "lost" (the footage could not be had), "skipped" (the reader was behind and went on to the live edge),
  /// "offline" (the camera sent nothing), "stopped" (the service did not run), "overload" (frames were not
  /// processed in time).
  std::string reason;
};

}  // namespace kinesight::video

// Which fragments make a clip, and how to ask Kinesis Video Streams for them. Pure: no I/O.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aws/services/kinesis_video_archived_media.h"
#include "base/result.h"

namespace kinesight::clips {

/// A span of time, Unix seconds.
struct Span {
  double begin = 0;
  double end = 0;
  bool operator==(const Span&) const = default;
};

/// What GetClip gives at once, with room to spare: it cuts silently at 100 MB or 200 fragments.
struct ClipLimits {
  std::size_t fragments = 180;
  std::int64_t bytes = 80'000'000;
};

/// One request to GetClip, which takes the fragments that start within its range. No time without media is
/// within: what becomes of it in the answer is not told.
struct ClipRequest {
  aws::FragmentRange range;  ///< Producer time; midway between starts, so that rounding moves no fragment.
  double begin = 0;          ///< When its first fragment starts: the time of the part's first frame.
  double duration = 0;       ///< Seconds; the sum of its fragments'.
  double longest = 0;        ///< Seconds; of its longest fragment.
  std::size_t fragments = 0;
  std::int64_t bytes = 0;
};

/// A clip of asked time.
struct ClipPlan {
  std::vector<ClipRequest> requests;  ///< In order of time; at least one.
  Span covered;                       ///< From the first fragment's start to the last one's end.
  std::vector<Span> gaps;             ///< Of the asked time: where there is no media. In order.
  std::size_t fragments = 0;
  std::int64_t bytes = 0;
};

/// The fragments that show the time from `asked.begin` up to but without `asked.end`, from the last that
/// starts at or before its beginning. `listed` is what ListFragments told, in any order, twice or not, from a
/// while before `asked.begin` on. A fragment that is said to last 0 s lasts to the next one's start; the last
/// one as long as the one before it, or `usual_seconds`. Error: not_found when no fragment is in the asked
/// time.
Result<ClipPlan> plan_clip(std::span<const aws::ListedFragment> listed, Span asked,
                           const ClipLimits& limits = {}, double usual_seconds = 2);

}  // namespace kinesight::clips

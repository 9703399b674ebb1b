// Clips: MP4 files that present exactly a range of a stream's time. Nothing is encoded anew. Files are open
// descriptors, because this runs where nothing can be opened (base/sandbox.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace kinesight::video {

/// What is in a clip.
struct ClipFacts {
  std::string codec;  ///< "h264", "hevc".
  int width = 0;
  int height = 0;
  std::int64_t frames = 0;        ///< In the file.
  std::int64_t shown_frames = 0;  ///< That a player shows: those that the edit list does not hide.
  double duration = 0;            ///< Seconds, as presented.
  double longest_pause = 0;       ///< From a shown frame to the next, seconds.
  double begin = 0;               ///< Of the first shown frame: Unix seconds. Of join_clip() alone.
  bool came_short = false;        ///< A part shows less than its `least_seconds`. Of join_clip() alone.
};

/// What is said of parts that came short and were left.
inline ClipFacts only_short() {
  ClipFacts facts;
  facts.came_short = true;
  return facts;
}

/// Reads the index and every packet (none is decoded, but for the first keyframe). Errors: corrupt (no
/// playable video, cut off, frames without times), invalid (another codec), unavailable (the file cannot be
/// read).
Result<ClipFacts> inspect_clip(int file);

/// A part of a clip: an MP4 file as GetClip gives it, or the Matroska stream of GetMediaForFragmentList,
/// whose first keyframe is shown at `begin` (Unix seconds). Parts follow on each other. Where one begins with
/// a keyframe that its predecessor has at that time too, a fragment is in both, and is taken once. Otherwise
/// one that begins before its predecessor's last frame is moved behind it.
struct ClipPart {
  int file = -1;
  double begin = 0;
  double least_seconds = 0;  ///< A part that shows less came short.
};

/// What join_clip() makes of parts that came short: a clip of what there is, or nothing (of its facts only
/// `came_short` is said then).
enum class ShortParts { join, leave };

/// Writes one MP4 file (moov in front, not fragmented, H.264 or HEVC) of the parts, in order, which presents
/// the frames from `from` (Unix seconds; the frame that is on show then comes first, with all of its time,
/// unless it stands before a pause) up to but without `until`: an edit list (ISO/IEC 14496-12, 8.6.6) hides
/// what the codec needs besides. A pause between parts stays a pause. Where the parameter sets change, and
/// the picture's size does not, they are written before each keyframe ("avc3", "hev1"). Memory is bounded by
/// the index (some 50 bytes a frame), not by the frames. Errors: corrupt (a part; its number is said);
/// invalid (codec or size change within: which part, from what, to what; no frame is in the range; longer
/// than 11 hours); unavailable (the disk is full). A part is checked as inspect_clip() does.
Result<ClipFacts> join_clip(std::span<const ClipPart> parts, double from, double until, int output,
                            ShortParts short_parts = ShortParts::join);

/// The clip's picture at its first shown frame as a JPEG at most `max_width` wide. Errors as inspect_clip().
Result<std::string> clip_thumbnail(int file, int max_width, int quality);

}  // namespace kinesight::video

// What a clip's index says of its one track, and the bytes of that index.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "video/clip/selection.h"

namespace kinesight::video::clip {

/// How a track's frames are coded.
struct SampleEntry {
  std::string type;         ///< "avc1", "avc3", "hvc1", "hev1".
  std::string record_type;  ///< "avcC", "hvcC".
  std::string record;       ///< The decoder configuration record.
  int width = 0;
  int height = 0;
  AVRational pixel_shape{0, 1};  ///< Width to height of a pixel; 0 when it is not said.
  int primaries = 2;             ///< ITU-T H.273; 2: not said.
  int transfer = 2;
  int matrix = 2;
  bool full_range = false;
};

/// The file's beginning, up to the frames' bytes.
struct FileHead {
  std::string bytes;             ///< ftyp, moov and the header of mdat.
  std::int64_t media_bytes = 0;  ///< That follow.
};

/// Writes ftyp and moov of a file whose frames follow at once, in the order of decoding; their sizes are as
/// `selection` says. Boxes: ISO/IEC 14496-12; sample entries: 14496-15. Error: invalid (longer than 11
/// hours).
Result<FileHead> write_head(const Selection& selection, const SampleEntry& entry, std::int64_t timescale);

}  // namespace kinesight::video::clip

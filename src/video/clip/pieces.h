// The files in a file: GetMediaForFragmentList answers with one Matroska file a fragment, one behind the
// other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace kinesight::video::clip {

/// Bytes [begin, end) of an open file, which are an MP4 or a Matroska file.
struct Piece {
  int file = -1;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool matroska = false;
};

/// Finds them: one in what is not Matroska. libav's demuxer reads the first two of a row of Matroska files
/// and leaves out the rest. Errors (`shown` names the file): corrupt (an element is cut off, or there are too
/// many files), unavailable (it cannot be read).
Result<std::vector<Piece>> split(int file, const std::string& shown);

/// Reads up to `length` bytes at `at`; fewer at the end of the file. -1: errno says why.
std::ptrdiff_t read_at(int file, std::int64_t at, char* into, std::size_t length);

}  // namespace kinesight::video::clip

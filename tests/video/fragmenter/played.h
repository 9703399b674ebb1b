// What a player makes of media: libav's own, from a file, so that none of the code under test is in it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::video::test {

/// A frame as it comes out of the decoder.
struct Shown {
  int number = 0;      ///< number_in() of its picture; -1 where that is not wanted.
  double seconds = 0;  ///< By the container.
};

/// All that was in it.
struct Played {
  std::vector<Shown> frames;
  std::string format;
  std::string codec_tag;  ///< "avc1"
  int width = 0;
  int height = 0;
  std::map<std::string, std::string> tags;  ///< Of the whole file.
  int refused = 0;  ///< Packets or frames that were marked damaged, or refused by the decoder.

  std::vector<int> numbers() const;
};

/// Plays `bytes`; throws where it cannot be opened.
Played play(std::string_view bytes);

}  // namespace kinesight::video::test

// A line of text as a reader read it.
#pragma once

#include <string>
#include <vector>

namespace kinesight::vision::ocr {

/// A character that may stand at a place of a line, and how likely the reader finds it.
struct Alternative {
  std::string text;  ///< One character, UTF-8.
  float score = 0;   ///< 0 to 1.
};

/// One line of text. Empty where there was nothing to read.
struct Line {
  std::string text;  ///< UTF-8.
  float score = 0;   ///< Mean of its characters' scores, 0 to 1; 0 of an empty line.
  /// By place of `text`, spaces included: first what stands there, then what else may, the likeliest first.
  std::vector<std::vector<Alternative>> characters;
};

}  // namespace kinesight::vision::ocr

// What was read from a plate in one frame.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace kinesight::vision::plate {

/// A character that may stand at a place of a plate, and how likely the reader finds it: 0 to 1.
struct Guess {
  char character = 0;  ///< 0-9, A-Z.
  float score = 0;
};

/// A text for a plate and how likely it is: 0 to 1.
struct Candidate {
  std::string text;
  float score = 0;
};

/// A point in pixels of the source frame.
struct Corner {
  float x = 0, y = 0;
};

/// One reading of one plate.
struct Reading {
  std::string text;  ///< Letters and digits alone, upper case.
  float score = 0;   ///< Mean of its characters' scores, 0 to 1.
  std::vector<std::vector<Guess>>
      characters{};                     ///< By place of `text`: what may stand there, the likeliest first.
  std::vector<Candidate> candidates{};  ///< The likeliest texts, the best (`text`) first; at most 5.
  std::array<Corner, 4>
      corners{};          ///< Of the plate (or its text): top left, top right, bottom right, bottom left.
  std::string country{};  ///< Of the pattern that `text` fits; empty for none.
  std::string list{};     ///< Of the list that it is on, "wanted" or "known"; empty for none.
  std::string listed{};   ///< The entry of that list that it is nearest to.
};

}  // namespace kinesight::vision::plate

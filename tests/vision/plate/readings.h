// Readings for tests.
#pragma once

#include <string>
#include <string_view>

#include "base/rng.h"
#include "vision/plate/best_texts.h"
#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// A reading of `text` without alternatives.
inline Reading reading_of(std::string_view text, float score = 0.9F) {
  Reading made{.text = std::string(text), .score = score};
  for (const char c : text) made.characters.push_back({{c, score}});
  made.candidates = best_texts(made.characters, kMostCandidates);
  return made;
}

/// A random plate: three letters and four digits, or as Germany and Britain have them.
inline std::string random_plate(Rng& rng) {
  constexpr std::string_view kShapes[] = {"AAA9999", "AA99AAA", "AAA999", "AA999AA"};
  std::string text;
  for (const char kind : kShapes[rng.integer(0, 3)])
    text += static_cast<char>(kind == 'A' ? 'A' + rng.integer(0, 25) : '0' + rng.integer(0, 9));
  return text;
}

}  // namespace kinesight::vision::plate

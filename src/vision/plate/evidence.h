// What speaks for a text to be the text of a plate.
#pragma once

#include <string_view>

#include "vision/plate/field.h"

namespace kinesight::vision::plate {

/// What is known of a text that may be a plate's.
struct Impression {
  std::string_view text;  ///< 0-9, A-Z.
  float score = 0;        ///< How sure the reader is of it, 0 to 1.
  float text_height = 0;  ///< Pixels of the picture.
  Field field;
};

/// The sum of what speaks for a plate, in nats or so: 4 to 5 for one that is clearly seen, below 1 for
/// telephone numbers, badges and signs.
float evidence(const Impression& impression);

/// Evidence from which on a text is taken for a plate's.
inline constexpr float kEnoughEvidence = 1.8F;
/// The same for letters alone: every word on a sign is that.
inline constexpr float kEnoughForLetters = 2.7F;
/// The same for a picture's second plate and those after it.
inline constexpr float kEnoughForFurther = 3.8F;

}  // namespace kinesight::vision::plate

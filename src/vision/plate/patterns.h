// Readings held against the patterns of plates: a letter that must be a digit is the digit it looks like.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// The patterns that a plate may have.
class Patterns {
 public:
  /// `countries` are codes (countries.h); `further` are patterns: 'A' a letter, '9' a digit, '?' either.
  /// Error: invalid, naming what is no country or no pattern, and saying which there are.
  static Result<Patterns> make(std::span<const std::string> countries, std::span<const std::string> further);

  /// Without patterns every text will do.
  bool empty() const { return patterns_.empty(); }
  /// The likeliest text that `reading` can be and that fits: its characters may give way to others that the
  /// reader found possible, or to look-alikes. Country, score, characters and candidates go with the text.
  /// Nothing where none is likely. Of equally likely fits it is that of the first pattern, further ones
  /// first.
  std::optional<Reading> fit(const Reading& reading) const;

 private:
  struct Pattern {
    std::string shape;
    std::string country;  ///< Its code; empty for a further pattern.
  };

  std::vector<Pattern> patterns_;
};

}  // namespace kinesight::vision::plate

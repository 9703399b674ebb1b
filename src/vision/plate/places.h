// From several readings of one plate to the texts that it may have.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "vision/ocr/line.h"
#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// How many characters a plate may have: 0-9, A-Z. The index after them stands for "none here": a hyphen, a
/// space, a seal.
inline constexpr std::size_t kCharacters = 36;

/// By character (0-9, then A-Z, then none): how much speaks for it at one place of a plate. At most 1 in all.
using Place = std::array<float, kCharacters + 1>;

/// One reading, left to right, and how much it counts.
struct Sight {
  std::vector<Place> places;
  float weight = 0;
};

/// `line` as places. Plates have no small letters: one is a capital, a seal, or something of both. `clean`
/// says that seals had been painted over, which makes a reading count for more.
Sight sight_of(const ocr::Line& line, bool clean);

/// The places of all `sights` together: each is laid along those before it, the weightiest first, and counts
/// by its weight.
std::vector<Place> merged(std::vector<Sight> sights);

/// The likeliest texts of a plate with these places, looks-alike (0 O, 1 I, …) considered, and what plates'
/// texts look like (shape.h). `corners`, `country` and the like are left empty. An empty text where nothing
/// can be read.
Reading reading_of(const std::vector<Place>& places);

}  // namespace kinesight::vision::plate

// The likeliest texts, of what may stand at each place.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// How many candidates a reading has at most.
inline constexpr std::size_t kMostCandidates = 5;

/// The `most` likeliest texts, the likeliest first. The score of the first is the mean of its characters';
/// that of another is less by as much as it is less likely. None where there are no places, or one has no
/// guess. `characters` is by place, each with its likeliest guess first.
std::vector<Candidate> best_texts(std::span<const std::vector<Guess>> characters, std::size_t most);

/// The mean of the scores of each place's first guess, 0 to 1; 0 of no places.
float mean_score(std::span<const std::vector<Guess>> characters);

}  // namespace kinesight::vision::plate

// "Did you mean …?": the known word that a misspelt one is nearest to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kinesight::config {

/// Edits that turn `a` into `b`: insert, delete or change a character, or swap two neighbours (optimal string
/// alignment, the restricted form of Damerau-Levenshtein). Letter case does not count.
int edit_distance(std::string_view a, std::string_view b);

/// The word of `known` that is nearest to `word`, if one is near enough to have been meant: a third of its
/// characters wrong at most, or one the beginning of the other.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);

/// "; did you mean 'fps_target'?", or nothing when no word of `known` is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace kinesight::config

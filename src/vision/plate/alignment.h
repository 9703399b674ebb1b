// Which character of one text is which of another.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace kinesight::vision::plate {

/// The unit of distances: a character more, less or another costs two, one that looks alike costs one.
inline constexpr int kOneEdit = 2;

/// The edit distance of two texts (Levenshtein, 1966), in halves of an edit, look-alikes (lookalike.h)
/// counting half; `limit` + 1 for whatever is more than `limit`.
int distance(std::string_view a, std::string_view b, int limit);

/// By character of `a`, its partner in `b` in an alignment of the least distance; nothing where `b` lacks it.
std::vector<std::optional<std::size_t>> align(std::string_view a, std::string_view b);

}  // namespace kinesight::vision::plate

#include "config/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace kinesight::config {
namespace {

/// No key is this long; a longer word is compared by its beginning, so that a hostile one costs little.
constexpr std::size_t kLongest = 64;

/// A beginning shorter than this says nothing about which word was meant.
constexpr std::size_t kShortestBeginning = 3;

bool begins(std::string_view word, std::string_view with) {
  return with.size() >= kShortestBeginning && word.starts_with(with);
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kLongest);
  b = b.substr(0, kLongest);
  const auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  };
  // Three rows of the table of distances between beginnings: d(i-2, .), d(i-1, .) and d(i, .).
  std::vector<int> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, above);
    std::swap(above, row);
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int change = above[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known) {
  std::optional<std::string> best;
  int best_distance = 0;
  for (const std::string& candidate : known) {
    const int allowed = std::max(1, static_cast<int>(std::max(word.size(), candidate.size()) / 3));
    const int distance =
        begins(candidate, word) || begins(word, candidate) ? 1 : edit_distance(word, candidate);
    if (distance > allowed || (best && distance >= best_distance)) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const auto meant = nearest(word, known);
  return meant ? fmt::format("; did you mean '{}'?", *meant) : std::string();
}

}  // namespace kinesight::config

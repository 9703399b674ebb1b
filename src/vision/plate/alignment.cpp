#include "vision/plate/alignment.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>

#include "vision/plate/lookalike.h"

namespace kinesight::vision::plate {

namespace {

int exchange(char a, char b) {
  if (a == b) return 0;
  return look_of(a) == look_of(b) ? kOneEdit / 2 : kOneEdit;
}

}  // namespace

int distance(std::string_view a, std::string_view b, int limit) {
  const int lengths = std::abs(static_cast<int>(a.size()) - static_cast<int>(b.size()));
  if (lengths * kOneEdit > limit) return limit + 1;
  std::array<int, 64> few;  // Plates are short: as a rule nothing is allocated.
  std::vector<int> many(b.size() < few.size() ? 0 : b.size() + 1);
  const std::span<int> row(many.empty() ? few.data() : many.data(), b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j) * kOneEdit;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    int least = row[0] = static_cast<int>(i) * kOneEdit;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int above = row[j];
      row[j] = std::min({above + kOneEdit, row[j - 1] + kOneEdit, diagonal + exchange(a[i - 1], b[j - 1])});
      diagonal = above;
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
  }
  return std::min(row.back(), limit + 1);
}

std::vector<std::optional<std::size_t>> align(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<int> cost((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return cost[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = static_cast<int>(i) * kOneEdit;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = static_cast<int>(j) * kOneEdit;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      at(i, j) = std::min({at(i - 1, j) + kOneEdit, at(i, j - 1) + kOneEdit,
                           at(i - 1, j - 1) + exchange(a[i - 1], b[j - 1])});
    }
  }
  std::vector<std::optional<std::size_t>> partners(a.size());
  for (std::size_t i = a.size(), j = b.size(); i > 0 && j > 0;) {
    if (at(i, j) == at(i - 1, j - 1) + exchange(a[i - 1], b[j - 1])) {
      partners[--i] = --j;
    } else if (at(i, j) == at(i - 1, j) + kOneEdit) {
      --i;
    } else {
      --j;
    }
  }
  return partners;
}

}  // namespace kinesight::vision::plate

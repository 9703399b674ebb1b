#include "config/polygon.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kinesight::config {
namespace {

constexpr std::size_t kMostCorners = 1000;
/// A millionth of the picture: two pixels of 1920 x 1080.
constexpr double kLeastArea = 1e-6;

using Points = std::vector<RelativePoint>;
using Fault = std::optional<std::string>;

/// Twice the area of the triangle a, b, c: positive when the way from a over b to c turns right (y goes
/// down).
double turn(const RelativePoint& a, const RelativePoint& b, const RelativePoint& c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

int side(double turned) { return turned > 0 ? 1 : turned < 0 ? -1 : 0; }

/// Whether `p`, which lies on the line through a and b, lies between them.
bool between(const RelativePoint& a, const RelativePoint& b, const RelativePoint& p) {
  return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
         p.y <= std::max(a.y, b.y);
}

/// Whether the segments a-b and c-d have a point in common. Cormen, Leiserson, Rivest, Stein, "Introduction
/// to Algorithms", 3rd edition, section 33.1.
bool meet(const RelativePoint& a, const RelativePoint& b, const RelativePoint& c, const RelativePoint& d) {
  const int da = side(turn(c, d, a)), db = side(turn(c, d, b));
  const int dc = side(turn(a, b, c)), dd = side(turn(a, b, d));
  if (da * db < 0 && dc * dd < 0) return true;
  return (da == 0 && between(c, d, a)) || (db == 0 && between(c, d, b)) || (dc == 0 && between(a, b, c)) ||
         (dd == 0 && between(a, b, d));
}

/// Whether the sides a-b and b-c lie on each other.
bool folded(const RelativePoint& a, const RelativePoint& b, const RelativePoint& c) {
  const double back = (a.x - b.x) * (c.x - b.x) + (a.y - b.y) * (c.y - b.y);
  return turn(a, b, c) == 0 && back > 0;
}

Fault corner_fault(const Points& corners) {
  const auto in_picture = [](double share) { return share >= 0 && share <= 1; };
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const RelativePoint& corner = corners[i];
    if (!in_picture(corner.x) || !in_picture(corner.y)) {
      return fmt::format("expected shares of the picture from 0 to 1, found corner {}: [{}, {}]", i + 1,
                         corner.x, corner.y);
    }
    const std::size_t next = (i + 1) % corners.size();
    if (corner == corners[next]) {
      return fmt::format(
          "expected each corner once, the last joined to the first without saying so; found "
          "[{}, {}] as corners {} and {}",
          corner.x, corner.y, i + 1, next + 1);
    }
  }
  return std::nullopt;
}

/// The shoelace formula.
double area(const Points& corners) {
  double twice = 0;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const RelativePoint &a = corners[i], &b = corners[(i + 1) % corners.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return std::abs(twice) / 2;
}

/// Whether the sides that begin at corners `i` and `j` (i < j) have more in common than the corner where one
/// ends and the other begins.
bool collide(const Points& corners, std::size_t i, std::size_t j) {
  const std::size_t n = corners.size();
  const auto at = [&](std::size_t k) -> const RelativePoint& { return corners[k % n]; };
  if (j == i + 1) return folded(at(i), at(j), at(j + 1));
  if (i == 0 && j == n - 1) return folded(at(j), at(i), at(i + 1));
  return meet(at(i), at(i + 1), at(j), at(j + 1));
}

Fault crossing(const Points& corners) {
  const std::size_t n = corners.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      if (!collide(corners, i, j)) continue;
      return fmt::format(
          "expected sides that neither cross nor touch each other, found that those from corner {} to {} and "
          "from corner {} to {} do",
          i + 1, i + 2, j + 1, (j + 1) % n + 1);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> polygon_fault(const std::vector<RelativePoint>& corners) {
  if (corners.size() < 3 || corners.size() > kMostCorners) {
    return fmt::format("expected 3 to {} corners, found {}", kMostCorners, corners.size());
  }
  if (auto fault = corner_fault(corners)) return fault;
  if (auto fault = crossing(corners)) return fault;
  if (area(corners) >= kLeastArea) return std::nullopt;
  return fmt::format("expected corners that enclose an area, found {:.2g} of the picture", area(corners));
}

}  // namespace kinesight::config

// What a rendered picture shows, and where.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kinesight::sim {

/// The labels of the renderer, in the order of their class numbers.
inline constexpr std::array<std::string_view, 5> kLabels = {"knife", "gun", "fire", "smoke", "plate"};

/// One object that can be seen: its label and its box in pixels (top left corner, width, height).
struct TruthBox {
  std::string label;
  double x = 0;
  double y = 0;
  double w = 0;
  double h = 0;
  std::string text;  ///< What is written on it, for a plate; otherwise empty.
  std::int64_t object =
      0;  ///< The same in all frames of a scene that show this object; 0 where none is known.

  friend bool operator==(const TruthBox&, const TruthBox&) = default;
};

}  // namespace kinesight::sim

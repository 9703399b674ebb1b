// Whether a box is of a size that is asked for.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "vision/rules/verdict.h"

namespace kinesight::vision {

/// Why a box of this size does not count by the min_width, min_height, max_width and max_height of `bounds`,
/// shares of the frame; nothing when it does. `whose` bounds they are, for a person: "region 'door'".
template <class Bounds>
std::optional<Fault> fault_of_size(const Bounds& bounds, const Box& box, int frame_width, int frame_height,
                                   std::string_view whose) {
  const double width = static_cast<double>(box.w) / frame_width;
  const double height = static_cast<double>(box.h) / frame_height;
  const auto fault = [&](Verdict verdict, std::string_view bound, double limit, std::string_view side) {
    return Fault{verdict, fmt::format("box {:.3g} x {:.3g} of the frame, {} wants at {} {} {}", width, height,
                                      whose, bound, limit, side)};
  };
  if (width < bounds.min_width) return fault(Verdict::too_small, "least", bounds.min_width, "wide");
  if (height < bounds.min_height) return fault(Verdict::too_small, "least", bounds.min_height, "high");
  if (width > bounds.max_width) return fault(Verdict::too_large, "most", bounds.max_width, "wide");
  if (height > bounds.max_height) return fault(Verdict::too_large, "most", bounds.max_height, "high");
  return std::nullopt;
}

}  // namespace kinesight::vision

// The brightness of a picture in coarse cells.
#pragma once

#include <cstdint>
#include <vector>

#include "base/frame.h"

namespace kinesight::vision {

/// Parts of a level that cells count in.
inline constexpr int kCellUnits = 16;

/// The mean brightness of each cell, row by row, in 1/kCellUnits of a level of 255: of i420 the Y plane as it
/// is, of bgr24 about the same. Cells are square but for rounding: 1/64 of the width, 16 pixels at least.
/// About four rows of each are read. `cells` is used again.
void cells_of(const FrameView& view, std::vector<std::uint16_t>& cells);

}  // namespace kinesight::vision

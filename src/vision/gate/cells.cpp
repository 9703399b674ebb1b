#include "vision/gate/cells.h"

#include <algorithm>
#include <span>

namespace kinesight::vision {
namespace {

constexpr int kMostAcross = 64;
constexpr int kSmallest = 16;  // Pixels.
constexpr int kRowsRead = 4;   // Of each cell.

/// Adds to the sum of each column: of grey its samples ...
void add_grey(const std::uint8_t* samples, std::span<std::uint16_t> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] += samples[i];
}

/// ... of blue, green, red four times the brightness; weights of BT.601 in quarters.
void add_bgr(const std::uint8_t* pixels, std::span<std::uint16_t> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i] += static_cast<std::uint16_t>(pixels[3 * i] + 2 * pixels[3 * i + 1] + pixels[3 * i + 2]);
  }
}

std::uint32_t sum(std::span<const std::uint16_t> columns) {
  std::uint32_t sum = 0;
  for (const auto column : columns) sum += column;
  return sum;
}

}  // namespace

// Columns are summed first and cells afterwards: long loops without ends in between, which the compiler makes
// vector instructions of. Sums of 16 bits hold the rows that are read of a cell: fewer than 16.
void cells_of(const FrameView& view, std::vector<std::uint16_t>& cells) {
  const int across = std::clamp(view.width / kSmallest, 1, kMostAcross);
  const int side = std::max(view.width / across, 1);
  const int down = std::max(view.height / side, 1);
  const int step = std::max(side / kRowsRead, 1);
  const bool bgr = view.format == PixelFormat::bgr24;
  const std::uint32_t scale = bgr ? 4 : 1;
  cells.assign(static_cast<std::size_t>(across) * down, 0);
  std::vector<std::uint16_t> columns(static_cast<std::size_t>(view.width));
  for (int row = 0; row < down; ++row) {
    const int top = row * view.height / down;
    const int bottom = (row + 1) * view.height / down;
    std::ranges::fill(columns, 0);
    std::uint32_t rows = 0;
    for (int y = top + step / 2; y < bottom; y += step, ++rows) {
      const std::uint8_t* line = view.planes[0].data + static_cast<std::ptrdiff_t>(y) * view.planes[0].stride;
      bgr ? add_bgr(line, columns) : add_grey(line, columns);
    }
    for (int i = 0; i < across && rows > 0; ++i) {
      const int left = i * view.width / across;
      const auto cell = std::span(columns).subspan(left, (i + 1) * view.width / across - left);
      const auto mean = std::uint64_t{sum(cell)} * kCellUnits / (rows * scale * cell.size());
      cells[static_cast<std::size_t>(row) * across + i] = static_cast<std::uint16_t>(mean);
    }
  }
}

}  // namespace kinesight::vision

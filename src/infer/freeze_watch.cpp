#include "infer/freeze_watch.h"

#include <cstddef>

namespace kinesight::infer {
namespace {

constexpr int kColumns = 64;
constexpr int kRows = 36;
constexpr double kLookSeconds = 1;
/// What was not seen for so long may well have moved.
constexpr double kGapSeconds = 60;

/// FNV-1a (64 bit) over a grid of samples: luma, or of bgr24 whatever channel the grid hits.
std::uint64_t hash_of(const FrameView& view) {
  const auto& plane = view.planes[0];
  const auto bytes_per_row =
      static_cast<std::size_t>(view.width) * (view.format == PixelFormat::bgr24 ? 3 : 1);
  std::uint64_t hash = 0xcbf29ce484222325;
  for (int row = 0; row < kRows; ++row) {
    const auto* line = plane.data + static_cast<std::ptrdiff_t>(row * view.height / kRows) * plane.stride;
    for (std::size_t column = 0; column < kColumns; ++column) {
      hash = (hash ^ line[column * bytes_per_row / kColumns]) * 0x100000001b3;
    }
  }
  return hash;
}

}  // namespace

double FreezeWatch::look(const Frame& frame) {
  const double now = frame.capture_time;
  const bool jumped = hash_ && (now < looked_at_ || now - looked_at_ > kGapSeconds);
  if (hash_ && !jumped && now - looked_at_ < kLookSeconds) return looked_at_ - since_;
  const auto hash = hash_of(frame.view);
  if (hash_ != hash || jumped) since_ = now;
  hash_ = hash;
  looked_at_ = now;
  return now - since_;
}

}  // namespace kinesight::infer

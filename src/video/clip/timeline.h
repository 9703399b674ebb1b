// The parts' frames on one axis of time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "video/clip/samples.h"

namespace kinesight::video::clip {

/// All frames of all parts, each once.
struct Timeline {
  std::vector<Sample> samples;          ///< In the order of decoding.
  std::vector<std::uint32_t> in_order;  ///< Their places, in the order of presentation: times grow strictly.
  std::vector<std::int64_t> tails;      ///< By piece: how long its last frame lasts, in ticks.
  std::int64_t timescale = 90'000;      ///< Ticks a second.
  double origin = 0;                    ///< Tick 0: Unix seconds.
  std::int64_t usual = 1;               ///< From a frame to the next, in most cases, in ticks.

  /// Where a moment lies, in ticks.
  std::int64_t ticks(double unix_seconds) const;
  /// Longer than this is a pause.
  std::int64_t pause() const;
};

/// Puts the pieces behind each other as ClipPart says, and takes the samples over. Error: invalid (parts are
/// further from each other than a clip may be long).
Result<Timeline> place(std::vector<PieceIndex>& pieces);

}  // namespace kinesight::video::clip

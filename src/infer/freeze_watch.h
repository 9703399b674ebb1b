// Notices a camera that sends the same picture for ever.
#pragma once

#include <cstdint>
#include <optional>

#include "base/frame.h"

namespace kinesight::infer {

/// Compares pictures, once a second of capture time, by a hash of 64 x 36 of their luma samples. A sensor's
/// noise makes any two pictures of a live camera differ. Used by one thread.
class FreezeWatch {
 public:
  /// For how many seconds of capture time up to `frame` the picture has not changed at all.
  double look(const Frame& frame);

 private:
  std::optional<std::uint64_t> hash_;  ///< Of the last picture that was looked at.
  double looked_at_ = 0;               ///< Its capture time.
  double since_ = 0;                   ///< Capture time of the first picture like it.
};

}  // namespace kinesight::infer

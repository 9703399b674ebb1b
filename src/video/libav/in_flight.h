// Which packets went into the decoder and have not come out as pictures.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kinesight::video::libav {

/// Decoders swallow packets (disposable frames they were told to skip, frames they cannot rebuild) without a
/// word. Pictures come out in the order of presentation, so whatever is earlier than the last one out has
/// been swallowed.
class InFlight {
 public:
  bool empty() const { return waiting_.empty(); }

  void sent(std::int64_t pts) {
    // Decoders hold back 16 pictures at most; more than these is lost, whatever its time says.
    if (waiting_.size() >= 64) waiting_.erase(waiting_.begin());
    waiting_.insert(std::ranges::upper_bound(waiting_, pts), pts);
  }

  /// The picture of `pts` came out; gives how many before it never will.
  std::int64_t came_out(std::int64_t pts) {
    const auto self = std::ranges::lower_bound(waiting_, pts);
    const auto swallowed = self - waiting_.begin();
    waiting_.erase(waiting_.begin(), self != waiting_.end() && *self == pts ? self + 1 : self);
    return swallowed;
  }

  /// The decoder is drained; gives how many never came out.
  std::int64_t drained() {
    const auto swallowed = static_cast<std::int64_t>(waiting_.size());
    waiting_.clear();
    return swallowed;
  }

 private:
  std::vector<std::int64_t> waiting_;  ///< Presentation times, ascending.
};

}  // namespace kinesight::video::libav

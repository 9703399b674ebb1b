// What a plate says, from its readings in several frames.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// A vote, letter by letter, among the readings of one plate. Bounded: the newest readings count. As many
/// letters are settled on as the weightiest part of the readings has; a reading with more or fewer is laid
/// along these by edit distance and votes on those that it shares. The idea is ROVER's: J. Fiscus, "A
/// Post-Processing System to Yield Reduced Word Error Rates", ASRU 1997.
class Vote {
 public:
  Vote();
  ~Vote();
  Vote(Vote&&) noexcept;
  Vote& operator=(Vote&&) noexcept;

  /// A sure reading, and one of a plate that is large in the picture, has more weight. One without text has
  /// none.
  void add(const Reading& reading);
  /// The reading that all together make, with the newest one's corners; nothing before the first.
  std::optional<Reading> result() const;
  /// How many vote; at most kMostReadings.
  std::size_t readings() const;

  static constexpr std::size_t kMostReadings = 50;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision::plate

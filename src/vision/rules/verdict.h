// What became of a detection, and why: what explanations, metrics and pictures go by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vision/detector.h"

namespace kinesight::vision {

/// Counts the objects that one detector of one camera has followed, from 1.
using TrackId = std::int64_t;

/// What became of a detection.
enum class Verdict {
  raised,           ///< It raised an event.
  updated,          ///< It raised an event that updates an earlier one.
  low_score,        ///< Less confident than the threshold.
  outside_regions,  ///< There are include regions, and it is in none.
  excluded,         ///< In an exclude region.
  off_schedule,     ///< In include regions, none of which counts at this hour.
  too_small,
  too_large,
  unconfirmed,   ///< Seen in too few frames so far.
  unconvincing,  ///< Seen in enough frames, with scores that are too low for them all together.
  unchanging,    ///< Neither grew nor lived: a lamp and no fire.
  moving,        ///< Moved as no fire does: a headlight.
  unwanted,      ///< A plate that the lists or patterns let pass.
  cooldown,      ///< Its object raised an event a while ago.
};

/// "low_score": as metrics and explanations name it.
std::string_view to_string(Verdict verdict);

/// Why something does not count.
struct Fault {
  Verdict verdict;
  std::string detail;  ///< The figures, for a person.
};

/// A detection and what became of it.
struct Ruling {
  Detection detection;
  std::optional<TrackId> track;  ///< The object that it belongs to.
  Verdict verdict = Verdict::raised;
  std::string detail;  ///< The figures, for a person: "score 0.43, threshold 0.50".
};

}  // namespace kinesight::vision

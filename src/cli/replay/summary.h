// What a replay says, while it runs and at its end.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "event/envelope.h"
#include "infer/replay/near_misses.h"
#include "infer/replay/rerun.h"

namespace kinesight::cli {

/// What a replay came to.
struct ReplaySummary {
  std::string camera;
  double fps = 0;  ///< Frames a second of the recording that were due.
  infer::RerunTotals totals;
  double took = 0;                   ///< Seconds.
  std::vector<std::string> written;  ///< Files.
};

/// A near miss: {"from", "to", "from_ms", "to_ms", "frames", "detector", "type", "label", "object",
/// "verdict", "detail", "conf", "bbox"}.
nlohmann::ordered_json json_of(const infer::NearMiss& miss);

/// Prints for a person, or a JSON object a line.
class ReplayPrinter {
 public:
  ReplayPrinter(std::ostream& out, bool json) : out_(out), json_(json) {}
  /// An event that would have been published.
  void event(const event::Envelope& event);
  /// Something that raised none, and why.
  void near_miss(const infer::NearMiss& miss);
  /// At the end.
  void summary(const ReplaySummary& summary);

 private:
  std::ostream& out_;
  const bool json_;
};

}  // namespace kinesight::cli

// Near misses: what was found and raised no event, and why, in as few lines as tell it all.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "infer/pipeline.h"
#include "vision/rules/verdict.h"

namespace kinesight::infer {

/// A stretch of frames in which one object raised no event for one and the same reason. Its stretches of
/// other reasons may lie between its frames; an event ends them all.
struct NearMiss {
  std::string detector;                  ///< Its type.
  std::string type, label;               ///< Of the best frame.
  std::optional<vision::TrackId> track;  ///< The object, where it was followed.
  vision::Verdict verdict = vision::Verdict::low_score;
  std::string detail;  ///< The figures of the best frame.
  std::int64_t frames = 0;
  double from = 0, to = 0;  ///< Capture times of its first and last frame, Unix seconds.
  float best = 0;           ///< The highest confidence.
  vision::Box box;          ///< In the best frame.
};

/// Puts rulings together to stretches. Frames come in order of capture; used by one thread. What it remembers
/// is bounded: beyond a thousand open stretches the one that is longest without a frame ends.
class NearMisses {
 public:
  /// What the detectors of a camera were told of the frame of `time`.
  void add(double time, const std::vector<StageRuling>& rulings);

  /// The stretches that have ended since the last call, in the order of their ends.
  std::vector<NearMiss> take();
  /// Ends all that are open and takes them.
  std::vector<NearMiss> finish();

 private:
  struct Open {
    std::size_t stage = 0;
    vision::Box last;
    NearMiss miss;
  };

  void rule(const StageRuling& given, double time);
  std::list<Open>::iterator find(const StageRuling& given);
  void end_all_of(const StageRuling& given);
  void end(std::list<Open>::iterator stretch);
  void end_older_than(double time);

  std::list<Open> open_;  ///< Those without a frame for longest first.
  std::vector<NearMiss> ended_;
  std::optional<double> last_;  ///< The frame before.
  double pause_ = 0;            ///< Between it and the one before it.
};

}  // namespace kinesight::infer

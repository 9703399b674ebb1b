#include "config/gate_options.h"

namespace kinesight::config {
namespace {

constexpr double kHour = 3600;

}  // namespace

const Table& MotionGateOptions::table() {
  static const Table table =
      describe<MotionGateOptions>("motion_gate",
                                  "Spares detectors the frames in which nothing moved; how many is a metric.")
          .option("enabled", &MotionGateOptions::enabled, "Whether still frames are spared.")
          .option("threshold", &MotionGateOptions::threshold,
                  "How much a small part of the picture must have become brighter or darker to count as "
                  "motion, in levels of 255. Lower notices more and spares less.")
          .range(0.5, 255)
          .option("max_still_seconds", &MotionGateOptions::max_still_seconds,
                  "After so long without motion one frame goes to the detectors all the same.")
          .range(0.1, kHour);
  return table;
}

const Table& BitstreamGateOptions::table() {
  static const Table table =
      describe<BitstreamGateOptions>("bitstream_gate",
                                     "Spares the decoder what comes before the next keyframe while small "
                                     "packets say that nothing moves; "
                                     "how much is a metric.")
          .option("enabled", &BitstreamGateOptions::enabled, "Whether still stretches are spared.")
          .option("ratio", &BitstreamGateOptions::ratio,
                  "A packet that is so many times as large as is usual while nothing moves counts as motion. "
                  "Lower notices more and spares less.")
          .range(1.1, 100)
          .option("max_still_seconds", &BitstreamGateOptions::max_still_seconds,
                  "After so long without motion frames are decoded all the same.")
          .range(0.1, kHour);
  return table;
}

}  // namespace kinesight::config

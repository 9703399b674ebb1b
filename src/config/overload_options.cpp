#include "config/overload_options.h"

namespace kinesight::config {
namespace {

constexpr double kHour = 3600;

}  // namespace

std::string_view to_string(OverloadStep step) {
  switch (step) {
    case OverloadStep::fewer_frames:
      return "fewer_frames";
    case OverloadStep::keyframes:
      return "keyframes";
    case OverloadStep::low_priority_off:
      return "low_priority_off";
  }
  return "unknown";
}

const Table& OverloadOptions::table() {
  static const Table table =
      describe<OverloadOptions>("overload",
                                "What a camera gives up, step by step, when the machine cannot keep up; "
                                "where it stands is a metric.")
          .option("enabled", &OverloadOptions::enabled,
                  "Whether steps are taken. Without them frames that are too old are dropped, and no more.")
          .choices(
              "ladder", &OverloadOptions::ladder,
              {{"fewer_frames", OverloadStep::fewer_frames},
               {"keyframes", OverloadStep::keyframes},
               {"low_priority_off", OverloadStep::low_priority_off}},
              "The steps, in the order in which they are taken: fewer_frames halves fps_target, keyframes "
              "decodes nothing else where they come every 5 s at least, low_priority_off rests the detectors "
              "of priority low.")
          .option("patience_seconds", &OverloadOptions::patience_seconds,
                  "So long the camera must have been overloaded before the next step is taken.")
          .range(0.1, kHour)
          .option("recovery_seconds", &OverloadOptions::recovery_seconds,
                  "So long it must have kept up before the last step is taken back.")
          .range(0.1, kHour);
  return table;
}

}  // namespace kinesight::config

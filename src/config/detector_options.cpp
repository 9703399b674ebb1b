#include "config/detector_options.h"

namespace kinesight::config {

const Table& DetectorOptions::table() {
  static const Table table =
      describe<DetectorOptions>("detector", "What every detector has, whatever its type.")
          .choice("priority", &DetectorOptions::priority,
                  {{"high", DetectorPriority::high},
                   {"normal", DetectorPriority::normal},
                   {"low", DetectorPriority::low}},
                  "How much it matters when the machine cannot keep up: low ones rest at the step "
                  "low_priority_off of overload.ladder, the others go on.");
  return table;
}

}  // namespace kinesight::config

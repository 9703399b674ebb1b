#include "clips/attempts.h"

namespace kinesight::clips {

const config::Table& RetryOptions::table() {
  static const config::Table table =
      config::describe<RetryOptions>(
          "retry",
          "How often what may pass (throttling, no connection, video that is not there yet) is "
          "tried again before a task goes among the dead letters.")
          .option("attempts", &RetryOptions::attempts, "Of each call; 1 for no second try.")
          .range(1, 100)
          .option("budget_seconds", &RetryOptions::budget_seconds,
                  "Of a whole task: later nothing is tried again.")
          .range(0, 3600);
  return table;
}

}  // namespace kinesight::clips

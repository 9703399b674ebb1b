// The process that crash_test.cpp kills: publishes for ever, and writes a byte to stdout for each
// publication. crash_victim FOLDER FIRST
#include <unistd.h>

#include <cstdlib>

#include "publish/local_fixture.h"

int main(int, char** arguments) {
  using namespace kinesight;
  support::TelemetryFixture telemetry;
  publish::LocalOptions options;
  options.retention_days = 0;  // The events are of whatever day.
  publish::LocalPublisher publisher(options, {.telemetry = telemetry, .state_directory = arguments[1]});
  for (std::int64_t i = std::atoll(arguments[2]);; ++i) {
    const auto taken = publisher.publish(publish::sample(publish::kNowMs + 1000 * i, {"person", "car"}), {});
    if (!taken || ::write(STDOUT_FILENO, ".", 1) != 1) return 1;
  }
}

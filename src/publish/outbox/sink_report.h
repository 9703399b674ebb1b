// SinkReport: what the world is told about a sink. One line when it goes away, one when it is back.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "publish/outbox/delivery.h"
#include "telemetry/telemetry.h"

namespace kinesight::publish::outbox {

/// What became of one request, or of several.
struct SentCounts {
  DeliveryCounts counts{};
  std::vector<double> latencies_seconds{};
};

/// Reports from one thread; the counts may be read by any.
class SinkReport {
 public:
  SinkReport(std::string sink, telemetry::Telemetry telemetry, Clock& clock);

  /// Entries do not get in, after all quick tries of a round.
  void failing(const Error& error);
  /// They do, or it is not yet that bad.
  void well();
  void add(const SentCounts& sent);
  void buried(const Entry& entry, const Error& error, int tries);

  DeliveryCounts counts() const;
  /// Why the sink is away; nothing when it is not. Any thread.
  std::optional<Error> trouble() const;

 private:
  const std::string sink_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;
  Clock::Steady away_since_{};
  mutable std::mutex mutex_;
  DeliveryCounts counts_;
  std::optional<Error> trouble_;
};

}  // namespace kinesight::publish::outbox

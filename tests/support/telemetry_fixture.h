// A log, metrics and a health board of a test's own.
#pragma once

#include <cstdio>

#include "telemetry/catalog.h"
#include "telemetry/telemetry.h"

namespace kinesight::support {

/// Telemetry for a part under test; the log says nothing, so that expected errors do not hide real ones.
struct TelemetryFixture {
  telemetry::Log log{"kvs_infer", telemetry::LogFormat::text, telemetry::Level::critical, stderr};
  telemetry::Metrics metrics{telemetry::kAllMetrics};
  telemetry::Health health;

  operator telemetry::Telemetry() { return {log, metrics, health}; }  // NOLINT: it is handed on as one.
};

}  // namespace kinesight::support

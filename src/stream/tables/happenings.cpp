#include "stream/tables/happenings.h"

#include "telemetry/catalog.h"

namespace kinesight::stream {

using telemetry::HealthState;

void ItemsWritten::record(const telemetry::Telemetry& telemetry, Where) const {
  telemetry.metrics.add(telemetry::kTableItems, {table}, static_cast<double>(count));
}

void WriteRetried::record(const telemetry::Telemetry& telemetry, Where) const {
  telemetry.metrics.add(telemetry::kTableRetries, {table, to_string(error.kind)});
}

void TableAway::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.health.report("table " + table, HealthState::degraded, error.message);
  telemetry.log.error(fmt::format("Table {} takes nothing, records wait: {}", table, error.message), {},
                      where);
}

void TableBack::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.health.report("table " + table, HealthState::ok, "");
  telemetry.log.info(fmt::format("Table {} takes items again", table), {}, where);
}

}  // namespace kinesight::stream

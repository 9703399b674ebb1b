#include "stream/spool/happenings.h"

namespace kinesight::stream {
namespace {

constexpr const char* kPart = "spool";
using telemetry::HealthState;
using telemetry::Where;

}  // namespace

void SpoolFull::record(const telemetry::Telemetry& telemetry, Where where) const {
  const auto text =
      fmt::format("the spool {} is full ({} MiB): nothing more is read until Kinesis takes what waits",
                  folder, bytes >> 20);
  telemetry.health.report(kPart, HealthState::degraded, text);
  telemetry.log.warning(text, {}, where);
}

void SpoolFailed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.health.report(kPart, HealthState::degraded, error.message);
  telemetry.log.error("the spool cannot be written: " + error.message, {}, where);
}

void SpoolTakes::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.health.report(kPart, HealthState::ok);
  telemetry.log.info("the spool takes records again", {}, where);
}

}  // namespace kinesight::stream

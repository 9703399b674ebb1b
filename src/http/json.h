// What the API answers, as JSON text. Broken UTF-8 in what it is given becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/api.h"

namespace kinesight::http {

/// {"status":"ok","service":"kvs-infer"}, with "reasons" when it is not ok.
std::string health_json(const HealthReport& report, std::string_view service);
/// {"cameras":[{…}]}: the fields of CameraStatus, unknown times as null.
std::string cameras_json(const std::vector<CameraStatus>& cameras);
/// {"events":[envelope, …]}.
std::string events_json(const std::vector<event::Envelope>& events);
/// {"since_ms":…,"until_ms":…,"cameras":[{…}]}: the fields of CameraCoverage. Of more than a thousand spans a
/// camera the longest thousand are shown, and "truncated" is true.
std::string coverage_json(const CoverageQuery& query, const std::vector<CameraCoverage>& cameras);
/// {"error":"…"}.
std::string error_json(std::string_view message);
/// {"skipped":3}: what a slow reader of the event stream missed.
std::string skipped_json(std::uint64_t count);

}  // namespace kinesight::http

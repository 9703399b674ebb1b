// What /metrics answers with.
#pragma once

namespace kinesight::http {

/// Prometheus' text format.
inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace kinesight::http

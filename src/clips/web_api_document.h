// What the OpenAPI document says of the REST API; http/openapi.h makes it. Private to clips/.
#pragma once

#include <string_view>

namespace kinesight::clips {

/// As orchestrators and dashboards know the service.
inline constexpr const char* kServiceName = "sightapi-s2";
/// Where the document is served.
inline constexpr std::string_view kDocumentPath = "/openapi.json";

/// The operation objects, JSON each, by the row that they are of.
namespace described {
extern const std::string_view kTriggerClip;
extern const std::string_view kTriggerDiscover;
extern const std::string_view kCameras;
extern const std::string_view kHls;
extern const std::string_view kHealth;
extern const std::string_view kAlive;
extern const std::string_view kMetrics;
extern const std::string_view kOverview;
/// What they refer to: the object `components.schemas`.
extern const std::string_view kSchemas;
}  // namespace described

}  // namespace kinesight::clips

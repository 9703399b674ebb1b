// The OpenAPI document of the REST API: made from the table that is served. Private to clips/.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "clips/web_api.h"

namespace kinesight::clips {

/// As orchestrators and dashboards know the service.
inline constexpr const char* kServiceName = "sightapi-s2";

/// OpenAPI 3.1.0, as JSON. What follows from a row by itself (its token, its body's length, that it waits) is
/// added to what the row says.
std::string openapi_document(std::span<const WebApi::Operation> operations);

/// The operation objects, JSON each, by the row that they are of.
namespace described {
extern const std::string_view kTriggerClip;
extern const std::string_view kTriggerDiscover;
extern const std::string_view kCameras;
extern const std::string_view kHls;
extern const std::string_view kHealth;
extern const std::string_view kAlive;
extern const std::string_view kMetrics;
extern const std::string_view kDocument;
extern const std::string_view kOverview;
/// What they refer to: the object `components.schemas`.
extern const std::string_view kSchemas;
}  // namespace described

}  // namespace kinesight::clips

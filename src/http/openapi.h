// The OpenAPI document of a server, made of the rows that it routes by. Private to http/.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/api_route.h"
#include "http/router.h"

namespace kinesight::http {

/// OpenAPI 3.1.0, as JSON: every route of `routes` but a page's. What follows from a row by itself (its
/// token, its body's length, who may send it) is added to what it says of itself; of the schemas those are in
/// that a route refers to, `about`'s own before the server's of the same name.
std::string openapi_document(std::string_view title, const ApiAbout& about, std::span<const Route> routes);

/// What the server's own rows say of themselves, as ApiRoute::described.
namespace described {
extern const std::string_view kHealth;
extern const std::string_view kHealthToo;
extern const std::string_view kMetrics;
extern const std::string_view kCameras;
extern const std::string_view kLatestPicture;
extern const std::string_view kEvents;
extern const std::string_view kEvent;
extern const std::string_view kFootage;
extern const std::string_view kEventStream;
extern const std::string_view kCoverage;
extern const std::string_view kSnapshot;
extern const std::string_view kLogin;
extern const std::string_view kDocument;
/// What they refer to, as ApiAbout::schemas.
extern const std::string_view kSchemas;
}  // namespace described

}  // namespace kinesight::http

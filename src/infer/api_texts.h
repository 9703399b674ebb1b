// What the rows of this service say of themselves: OpenAPI operation objects, and JSON Schemas (2020-12).
#pragma once

#include <string_view>

namespace kinesight::infer::described {

extern const std::string_view kReady, kReload, kPause, kResume, kAdd, kRemove, kConfig, kRegions;
extern const std::string_view kHistory;  ///< GET /api/history.
/// What they refer to.
extern const std::string_view kControlSchemas;

}  // namespace kinesight::infer::described

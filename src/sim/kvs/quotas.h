// What each operation costs of the quotas that are counted in fragments.
// Source: AWS, "Fragment-metadata and fragment-media quotas" (see limits.h).
#pragma once

#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "sim/kvs/limits.h"
#include "sim/kvs/streams.h"

namespace kinesight::sim::kvs {

/// An API call whose body is parsed.
struct ApiCall {
  std::string_view operation;
  std::string stream;  ///< Its name.
  const nlohmann::json& request;
};

/// Counts what an archived-media operation asks for at `now`. ClientLimitExceededException.
std::expected<void, Refusal> count_request(Limits& limits, const ApiCall& call, const Streams& streams,
                                           double now);

/// Counts the GET of a session URL of `stream`. ClientLimitExceededException.
std::expected<void, Refusal> count_session_get(Limits& limits, std::string_view operation,
                                               const std::string& stream);

}  // namespace kinesight::sim::kvs

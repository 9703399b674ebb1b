// The archived-media operations: each takes a request's JSON and a stream's footage.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/kvs/answer.h"
#include "sim/kvs/archive.h"

namespace kinesight::sim::kvs {

/// In no order, also across pages, as AWS says of its own.
Outcome list_fragments(const nlohmann::json& request, const Archive& archive);
/// A Matroska segment a fragment, in the order asked for.
Outcome get_media_for_fragment_list(const nlohmann::json& request, const Archive& archive);
/// The first 100 MB or 200 fragments, whichever is less.
Outcome get_clip(const nlohmann::json& request, const Archive& archive);
/// The picture that was seen at each of a range's sampling times.
Outcome get_images(const nlohmann::json& request, const Archive& archive);

/// The NextToken of a paged answer: `state`, for nobody else to read.
std::string page_token(const nlohmann::json& state);
/// The state of a request's NextToken; null where there is none. InvalidArgumentException for one that was
/// not made by page_token() for `stream`.
std::expected<nlohmann::json, Refusal> page_of(const nlohmann::json& request, const std::string& stream);

}  // namespace kinesight::sim::kvs

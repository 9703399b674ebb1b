// The API operations that there are, from their paths; and what a session URL asks for.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "sim/kvs/control_plane.h"
#include "sim/kvs/media_api.h"

namespace kinesight::sim::kvs {

/// Who answers operations.
struct Planes {
  ControlPlane& control;
  MediaApi& media;
};

/// One operation: POST /describeStream is DescribeStream.
struct Operation {
  std::string_view name;
  bool archived_media;  ///< Of the data plane.
  Outcome (*run)(Planes planes, const nlohmann::json& request, const std::string& base_url);

  /// "/describeStream"
  std::string path() const;
};

/// Null when there is none at `path`.
const Operation* find_operation(std::string_view path);

/// The name of a request's stream, by StreamName or StreamARN; empty when it has none.
std::string stream_name_of(const nlohmann::json& request);

/// "GetHLSMediaPlaylist" for "/hls/v1/getHLSMediaPlaylist.m3u8".
std::string session_operation(std::string_view path);

}  // namespace kinesight::sim::kvs

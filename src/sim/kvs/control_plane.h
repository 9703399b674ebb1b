// The control plane: making, listing, describing and deleting streams.
// Source: AWS, Kinesis Video Streams API reference, version 2017-09-30.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/kvs/answer.h"
#include "sim/kvs/request.h"
#include "sim/kvs/streams.h"

namespace kinesight::sim::kvs {

/// Answers the operations on streams; their JSON bodies are parsed already, signatures and limits checked.
/// Safe for any number of threads.
class ControlPlane {
 public:
  /// `transition_seconds`: how long a stream is in CREATING, UPDATING and DELETING.
  ControlPlane(Streams& streams, double transition_seconds)
      : streams_(streams), transition_seconds_(transition_seconds) {}

  Outcome create_stream(const nlohmann::json& request);
  Outcome list_streams(const nlohmann::json& request) const;
  Outcome describe_stream(const nlohmann::json& request) const;
  /// `base_url`: where the client reached this; every data endpoint is there too.
  Outcome get_data_endpoint(const nlohmann::json& request, const std::string& base_url) const;
  Outcome update_data_retention(const nlohmann::json& request);
  Outcome delete_stream(const nlohmann::json& request);
  Outcome tag_stream(const nlohmann::json& request);
  Outcome untag_stream(const nlohmann::json& request);
  Outcome list_tags_for_stream(const nlohmann::json& request) const;

 private:
  /// The stream that StreamName or StreamARN names.
  Read<Stream> named(const nlohmann::json& request) const;

  Streams& streams_;
  const double transition_seconds_;
};

}  // namespace kinesight::sim::kvs

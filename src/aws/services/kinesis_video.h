// Amazon Kinesis Video Streams (API version 2017-09-30), as wide as the product needs it.
#pragma once

#include <string>
#include <vector>

#include "aws/client.h"

namespace kinesight::aws {

/// A video stream as DescribeStream tells it.
struct VideoStream {
  std::string name;
  std::string arn;
  std::string status;  ///< CREATING, UPDATING, ACTIVE, DELETING.
  int retention_hours = 0;
};

/// Kinesis Video Streams' control plane in one region. Safe for any number of threads.
class KinesisVideo {
 public:
  static Result<KinesisVideo> make(Session& session, const ClientOptions& options);

  /// kinesisvideo:DescribeStream, by name or by ARN.
  CallResult<VideoStream> describe(const std::string& stream, std::stop_token stop) const;
  /// kinesisvideo:ListStreams, all its pages up to `limit` streams; those whose names begin with `prefix`.
  CallResult<std::vector<VideoStream>> list_streams(const std::string& prefix, std::size_t limit,
                                                    std::stop_token stop) const;
  /// kinesisvideo:GetDataEndpoint for `api` ("GET_HLS_STREAMING_SESSION_URL", "GET_CLIP", …). An endpoint
  /// that is not AWS's is refused (denied), unless the control plane's own endpoint is overridden.
  CallResult<std::string> data_endpoint(const std::string& stream, const std::string& api,
                                        std::stop_token stop) const;

  /// Whether its endpoint was configured rather than derived from the region.
  bool overridden() const { return client_.endpoint().overridden; }

 private:
  explicit KinesisVideo(Client client) : client_(std::move(client)) {}
  Client client_;
};

}  // namespace kinesight::aws

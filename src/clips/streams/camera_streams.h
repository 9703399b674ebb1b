// What the clip service asks of Kinesis Video Streams. Implemented over AWS here; tests have one that fails
// when told to.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/services/kinesis_video.h"
#include "aws/services/kinesis_video_archived_media.h"
#include "base/result.h"

namespace kinesight::clips {

/// Streams of one account and region, by name or ARN. Safe for any number of threads. Errors of all calls:
/// not_found, denied, invalid (a fault of the stream or of settings: no retention, a codec), throttled and
/// unavailable (worth another try), corrupt, cancelled. Each call is one try, but for what the credentials
/// and the clock need.
class CameraStreams {
 public:
  virtual ~CameraStreams() = default;

  /// All streams, whatever their status; at most 10,000.
  virtual Result<std::vector<aws::VideoStream>> list(std::stop_token stop) = 0;
  virtual Result<aws::VideoStream> describe(const std::string& stream, std::stop_token stop) = 0;
  /// The fragments that start in the range (producer time), in no order; at most 20,000.
  virtual Result<std::vector<aws::ListedFragment>> fragments(const std::string& stream,
                                                             const aws::FragmentRange& range,
                                                             std::stop_token stop) = 0;
  /// Writes the MP4 of the fragments that start in the range into `file`, an open descriptor, from its
  /// beginning; its bytes. What GetClip leaves out it does not tell. Error also: not_found, when there is no
  /// media in the range.
  virtual Result<std::int64_t> clip(const std::string& stream, const aws::FragmentRange& range, int file,
                                    std::stop_token stop) = 0;
  /// A URL to watch the stream live by, for `seconds` (300 to 43200): a secret.
  virtual Result<std::string> hls_url(const std::string& stream, int seconds, std::stop_token stop) = 0;
};

/// Those of AWS. `session` is used for as long as it lives. Error: invalid (no region, a bad endpoint).
Result<std::unique_ptr<CameraStreams>> kvs_streams(aws::Session& session, const aws::ClientOptions& options);

}  // namespace kinesight::clips

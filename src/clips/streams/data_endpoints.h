// Where a stream's archived media is to be asked for. Private to streams/.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "aws/services/kinesis_video.h"
#include "aws/services/kinesis_video_archived_media.h"

namespace kinesight::clips {

/// Keeps the clients of the endpoints that GetDataEndpoint named (it may be asked five times a second and
/// stream) until a call to one of them fails; so many of them at most. Safe for any number of threads.
class DataEndpoints {
 public:
  static constexpr std::size_t kMost = 10'000;
  using Media = std::shared_ptr<const aws::KinesisVideoArchivedMedia>;

  DataEndpoints(aws::Session& session, aws::ClientOptions options, const aws::KinesisVideo& control)
      : session_(session), options_(std::move(options)), control_(control) {}

  /// The client of `stream` for the operation `api` ("GET_CLIP").
  aws::CallResult<Media> get(const std::string& stream, const std::string& api, std::stop_token stop);
  /// It did not work: the next call asks anew.
  void forget(const std::string& stream, const std::string& api);

 private:
  using Key = std::pair<std::string, std::string>;

  aws::Session& session_;
  const aws::ClientOptions options_;
  const aws::KinesisVideo& control_;
  std::mutex mutex_;
  std::map<Key, Media> media_;
};

}  // namespace kinesight::clips

// The calls to Kinesis Video Streams that a source makes, for one stream. Private to kvs_hls/.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/services/kinesis_video.h"
#include "aws/services/kinesis_video_archived_media.h"
#include "video/frame_source.h"
#include "video/kvs_hls/failure.h"
#include "video/options_kvs.h"

namespace kinesight::video::kvs_hls {

/// Keeps the data endpoints that GetDataEndpoint named (it may be asked five times a second and stream),
/// until a call to one of them fails. Used by one thread.
class StreamApi {
 public:
  /// `session` is asked when the first call is made, and again after it failed.
  StreamApi(const KvsOptions& options, std::function<Result<aws::Session*>()> session)
      : options_(options), make_session_(std::move(session)) {}

  /// The URL of a new session's master playlist.
  Step<std::string> open_session(const aws::HlsSessionRequest& request, std::stop_token stop);

  /// The fragments of a range, at most 1000, in no order.
  Step<std::vector<aws::ListedFragment>> list_fragments(aws::FragmentTime time,
                                                        const aws::FragmentRange& range,
                                                        std::stop_token stop);

  /// The session's transport, for the URLs that are not signed.
  Step<net::Transport*> transport();

 private:
  struct Archive {
    aws::KinesisVideoArchivedMedia client;
    bool overridden = false;
  };

  Step<aws::Session*> session();
  Step<aws::KinesisVideo*> control();
  Step<Archive*> archive(const std::string& api, std::stop_token stop);
  Failure why_no_session(const aws::CallError& error, std::stop_token stop);

  const KvsOptions& options_;
  const std::function<Result<aws::Session*>()> make_session_;
  aws::Session* session_ = nullptr;
  std::optional<aws::KinesisVideo> control_;
  std::map<std::string, Archive> archives_;  ///< By the operation's name.
};

}  // namespace kinesight::video::kvs_hls

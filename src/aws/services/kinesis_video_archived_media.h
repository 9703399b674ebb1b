// Amazon Kinesis Video Streams Archived Media (API version 2017-09-30), as wide as the product needs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"

namespace kinesight::aws {

/// Whose clock a range of time is of.
enum class FragmentTime { producer, server };

/// A range of a stream's time: Unix seconds, sent with millisecond precision.
struct FragmentRange {
  double begin = 0;
  std::optional<double> end{};  ///< Nothing: open (LIVE_REPLAY).
};

/// What GetHLSStreamingSessionURL is asked for. Always FRAGMENTED_MP4, DisplayFragmentTimestamp ALWAYS and
/// DiscontinuityMode ON_DISCONTINUITY.
struct HlsSessionRequest {
  enum class Mode { live, live_replay, on_demand } mode = Mode::live;
  FragmentTime time = FragmentTime::producer;
  std::optional<FragmentRange> range{};  ///< For live_replay and on_demand.
  int expires_seconds = 300;
  int max_fragments = 5;  ///< MaxMediaPlaylistFragmentResults.
};

/// A fragment as ListFragments tells it.
struct ListedFragment {
  std::string number;
  double producer_time = 0;  ///< Unix seconds.
  double server_time = 0;    ///< Unix seconds.
  double duration = 0;       ///< Seconds; AWS sometimes says 0.
  std::int64_t bytes = 0;
};

/// The longest answers that are taken. GetClip's own limit is 100 MB of media; GetMediaForFragmentList has
/// none, and takes 1000 fragments.
inline constexpr std::size_t kMaxClipBytes = 128UL * 1024 * 1024;
inline constexpr std::size_t kMaxMediaBytes = 4UL * 1024 * 1024 * 1024;
inline constexpr std::size_t kMaxListedMedia = 1000;

/// The archived media of one stream at the data endpoint that GetDataEndpoint named for the operation.
/// Safe for any number of threads. Each call is one try: callers have their own rhythm.
class KinesisVideoArchivedMedia {
 public:
  /// `options.endpoint_url` is the data endpoint.
  static Result<KinesisVideoArchivedMedia> make(Session& session, const ClientOptions& options);

  /// kinesisvideo:GetHLSStreamingSessionURL. The URL carries the session's token: a secret. One that is not
  /// AWS's is refused (denied) unless `overridden`.
  CallResult<std::string> hls_session_url(const std::string& stream, const HlsSessionRequest& request,
                                          bool overridden, std::stop_token stop) const;

  /// kinesisvideo:ListFragments, all its pages up to `limit` fragments; in no order.
  CallResult<std::vector<ListedFragment>> list_fragments(const std::string& stream, FragmentTime time,
                                                         const FragmentRange& range, std::size_t limit,
                                                         std::stop_token stop) const;

  /// kinesisvideo:GetClip: an MP4 file of the fragments that start in the range, up to the first 100 MB or
  /// 200 fragments (nothing tells that there are more). Errors: not_found (no such stream, or no media in the
  /// range), corrupt (no video came), and the sink's.
  CallResult<> get_clip(const std::string& stream, FragmentTime time, const FragmentRange& range,
                        net::BodySink& sink, std::stop_token stop) const;

  /// kinesisvideo:GetMediaForFragmentList: the fragments in the order of `numbers`, 1 to 1000, as Matroska. A
  /// failure after the first byte is inside the media (AWS_KINESISVIDEO_EXCEPTION_MESSAGE): who reads it has
  /// to look. Errors: as get_clip()'s.
  CallResult<> get_media_for_fragment_list(const std::string& stream, const std::vector<std::string>& numbers,
                                           net::BodySink& sink, std::stop_token stop) const;

 private:
  explicit KinesisVideoArchivedMedia(Client client) : client_(std::move(client)) {}
  Client client_;
};

}  // namespace kinesight::aws

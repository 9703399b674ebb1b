// What may go wrong between a camera's stream and us, and what is to be done about each.
#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "base/result.h"
#include "net/http.h"

namespace kinesight::video::kvs_hls {

/// The kinds of failure of this source, as its log lines name them.
enum class FailureKind {
  frame_source,    ///< FrameSourceError: of this program or its set-up.
  kvs_connection,  ///< KVSConnectionError: a call to Kinesis Video Streams failed.
  hls_stream,      ///< HLSStreamError: reading the session's playlists and fragments failed.
};
/// "FrameSourceError", "KVSConnectionError", "HLSStreamError".
std::string_view to_string(FailureKind kind);

/// What to do.
enum class Remedy {
  retry,    ///< It may pass: quick tries, then slow ones with backoff.
  renew,    ///< The session is no longer good: open a new one now.
  offline,  ///< The camera sends nothing: no quick tries; slow ones, state disconnected.
  set_up,   ///< Wrong until a person mends it: minutes between tries, state error.
};

/// `error`'s message begins with the kind's name: "KVSConnectionError: …".
struct Failure {
  FailureKind kind = FailureKind::frame_source;
  Remedy remedy = Remedy::retry;
  Error error;
  /// Under which name kinesight_kvs_faults_total counts it. Of calls: no_stream, no_retention, bad_media (a
  /// type or codec that HLS does not take), bad_request, api_5xx. Of the session's URLs: playlist_403,
  /// playlist_404, init_403, init_404, fragment_403, fragment_404, http_3xx, http_4xx, http_5xx. Of both:
  /// throttled, denied (by the service, or a certificate or URL that is not trusted), timeout, unreachable,
  /// bad_answer, set_up (settings, no credentials), cancelled (the caller asked for it). What the source
  /// itself finds wrong has names of its own.
  std::string fault;
};

template <class T = void>
using Step = std::expected<T, Failure>;

/// A call to the service that failed. ResourceNotFoundException is taken at its word (set_up, "no_stream"):
/// whoever asked for a session first asks DescribeStream whether it is the footage that is not there.
Failure api_failure(const aws::CallError& error);
/// An answer of the session's URLs that is no success. `what` is "playlist", "init" or "fragment". Nothing of
/// its body is told: it may quote the session's token.
Failure http_failure(std::string_view what, const net::Response& response);
/// No answer.
Failure net_failure(std::string_view what, const net::Failure& failure);

}  // namespace kinesight::video::kvs_hls

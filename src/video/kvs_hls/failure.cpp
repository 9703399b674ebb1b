#include "video/kvs_hls/failure.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace kinesight::video::kvs_hls {
namespace {

/// What a failure is counted as, and what is to be done about it.
struct Verdict {
  Remedy remedy;
  std::string fault;
};

Failure failure_of(FailureKind kind, Verdict verdict, ErrorKind error, std::string_view message) {
  return {.kind = kind,
          .remedy = verdict.remedy,
          .error = {error, fmt::format("{}: {}", to_string(kind), message)},
          .fault = std::move(verdict.fault)};
}

/// No answer came, of the service or of a session's URL.
Verdict without_answer(ErrorKind error, bool timed_out) {
  if (timed_out) return {Remedy::retry, "timeout"};
  switch (error) {
    case ErrorKind::cancelled:
      return {Remedy::retry, "cancelled"};
    case ErrorKind::corrupt:
      return {Remedy::retry, "bad_answer"};
    case ErrorKind::denied:
      return {Remedy::set_up, "denied"};  // A certificate, a role, or a URL that is not AWS's.
    case ErrorKind::invalid:
    case ErrorKind::not_found:
      return {Remedy::set_up, "set_up"};
    default:
      return {Remedy::retry, "unreachable"};
  }
}

/// The errors of Kinesis Video Streams
/// (docs.aws.amazon.com/kinesisvideostreams/latest/dg/API_reader_GetHLSStreamingSessionURL.html#API_reader_GetHLSStreamingSessionURL_Errors).
Verdict on_answer(const aws::CallError& error) {
  const auto is = [&](std::initializer_list<std::string_view> codes) {
    return std::ranges::find(codes, error.code) != codes.end();
  };
  if (is({"NoDataRetentionException"})) return {Remedy::set_up, "no_retention"};
  if (is({"UnsupportedStreamMediaTypeException", "MissingCodecPrivateDataException",
          "InvalidCodecPrivateDataException", "InvalidMediaFrameException"}))
    return {Remedy::set_up, "bad_media"};
  switch (error.error.kind) {
    case ErrorKind::throttled:
      return {Remedy::retry, "throttled"};
    case ErrorKind::unavailable:
      return {Remedy::retry, "api_5xx"};
    case ErrorKind::not_found:
      return {Remedy::set_up, "no_stream"};
    case ErrorKind::denied:
      // Expired credentials are replaced without anybody's doing; what is not allowed stays so.
      return {aws::is_expired(error.code) ? Remedy::retry : Remedy::set_up, "denied"};
    case ErrorKind::corrupt:
      return {Remedy::retry, "bad_answer"};
    case ErrorKind::cancelled:
      return {Remedy::retry, "cancelled"};
    case ErrorKind::invalid:
      break;
  }
  return {Remedy::set_up, "bad_request"};
}

Verdict on_status(std::string_view what, int status) {
  if (status >= 500) return {Remedy::retry, "http_5xx"};
  if (status == 429) return {Remedy::retry, "throttled"};
  if (status == 404 && what == "fragment") return {Remedy::retry, "fragment_404"};
  if (status == 403 || status == 404) return {Remedy::renew, fmt::format("{}_{}", what, status)};
  return {Remedy::renew, status >= 400 ? "http_4xx" : "http_3xx"};
}

std::string_view named(std::string_view what) {
  return what == "init" ? "the initialization segment" : what == "fragment" ? "a fragment" : "the playlist";
}

}  // namespace

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::frame_source:
      return "FrameSourceError";
    case FailureKind::kvs_connection:
      return "KVSConnectionError";
    case FailureKind::hls_stream:
      return "HLSStreamError";
  }
  return "FrameSourceError";
}

Failure api_failure(const aws::CallError& error) {
  Verdict verdict = error.status == 0 ? without_answer(error.error.kind, error.timed_out) : on_answer(error);
  const bool ours = verdict.fault == "set_up";
  return failure_of(ours ? FailureKind::frame_source : FailureKind::kvs_connection, std::move(verdict),
                    error.error.kind, error.error.message);
}

Failure http_failure(std::string_view what, const net::Response& response) {
  const int status = response.status;
  const ErrorKind kind = status >= 500 || status < 400 ? ErrorKind::unavailable
                         : status == 429               ? ErrorKind::throttled
                         : status == 404               ? ErrorKind::not_found
                                                       : ErrorKind::denied;
  Verdict verdict = on_status(what, status);
  const char* next = verdict.remedy == Remedy::renew ? "a new session is opened" : "it is tried again";
  return failure_of(FailureKind::hls_stream, std::move(verdict), kind,
                    fmt::format("expected {} of the session, found HTTP {}; {}", named(what), status, next));
}

Failure net_failure(std::string_view what, const net::Failure& failure) {
  return failure_of(FailureKind::hls_stream, without_answer(failure.error.kind, failure.timed_out),
                    failure.error.kind, fmt::format("{}: {}", named(what), failure.error.message));
}

}  // namespace kinesight::video::kvs_hls

#include "net/curl_failure.h"

namespace kinesight::net {
namespace {

std::string place(const Url& url) { return fmt::format("{}:{}", url.host, url.port); }

}  // namespace

Failure curl_failure(CURLcode code, const Url& url, std::string_view detail, bool began) {
  const auto failure = [&](ErrorKind kind, std::string message) {
    return Failure{.error = {kind, std::move(message)}, .sent = began};
  };
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
      return failure(ErrorKind::unavailable, fmt::format("no connection to {}: {}", place(url), detail));
    case CURLE_PEER_FAILED_VERIFICATION:
      return failure(
          ErrorKind::denied,
          fmt::format("the certificate of {} is not trusted: {}; if its authority is your own, name "
                      "its file in AWS_CA_BUNDLE, or in the ca_file of what has one",
                      place(url), detail));
    case CURLE_SSL_CACERT_BADFILE:
      return failure(ErrorKind::invalid,
                     fmt::format("the file of trusted authorities cannot be read: {}", detail));
    case CURLE_UNSUPPORTED_PROTOCOL:  // What does not begin with a status line passes for HTTP/0.9.
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:  // Of libcurl itself, for a broken chunk: our callbacks' refusals are known
                             // before.
      return failure(ErrorKind::corrupt, fmt::format("{} answered, but not in HTTP", place(url)));
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_FAIL_REWIND:
      return failure(ErrorKind::unavailable,
                     fmt::format("{} ended the connection before it answered", place(url)));
    case CURLE_PARTIAL_FILE:
      return failure(ErrorKind::unavailable,
                     fmt::format("{} ended the connection inside its answer", place(url)));
    case CURLE_RECV_ERROR:
      if (detail.contains("chunk"))
        return failure(ErrorKind::corrupt, fmt::format("{} answered with broken chunks", place(url)));
      [[fallthrough]];
    default:
      return failure(ErrorKind::unavailable,
                     fmt::format("the exchange with {} failed: {}", place(url), curl_easy_strerror(code)));
  }
}

Failure timed_out(const Url& url, std::string_view what, Clock::Duration limit, bool began) {
  return {.error = {ErrorKind::unavailable,
                    fmt::format("{} from {} within {:g} s", what, place(url), to_seconds(limit))},
          .sent = began,
          .timed_out = true};
}

Failure too_long(const Url& url, std::size_t limit) {
  return {.error = {ErrorKind::corrupt,
                    fmt::format("the answer of {} is longer than {} bytes", place(url), limit)},
          .sent = true};
}

Failure cancelled(const Url& url, bool began) {
  return {.error = {ErrorKind::cancelled, fmt::format("the request to {} was cancelled", place(url))},
          .sent = began};
}

}  // namespace kinesight::net

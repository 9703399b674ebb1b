// What may go wrong with a call to AWS.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::aws {

/// A call that failed, in AWS's own terms beside ours.
struct CallError {
  Error error;       ///< For people; names service, action, code and advice. Never a secret.
  std::string code;  ///< AWS's: "ProvisionedThroughputExceededException"; empty when there was no answer.
  int status = 0;    ///< HTTP status; 0 when there was no answer.
  std::string request_id;  ///< AWS's, for its support.
  /// Whether AWS may have acted on a request all the same: it went out, and no answer (or a 5xx that is not
  /// about throttling) came back. Over all tries of the call.
  bool uncertain = false;
  bool timed_out = false;  ///< There was no answer in time.
};

/// The answer to a call, or why there is none.
template <class T = void>
using CallResult = std::expected<T, CallError>;

/// Drops what only AWS's terms say.
template <class T>
Result<T> plain(CallResult<T> result) {
  if (!result) return std::unexpected(std::move(result.error().error));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

/// Codes by which AWS says "slow down" (botocore's and the SDKs' list of the retry mode `standard`).
bool is_throttling(std::string_view code);
/// Codes by which AWS says that the credentials have expired.
bool is_expired(std::string_view code);
/// Codes of a refusal that other credentials may not meet: is_expired(), and NotAuthorizedException, by which
/// Kinesis Video Streams says both that a token has expired and that something is not allowed.
bool may_be_expired(std::string_view code);
/// Codes by which AWS says that our clock is off.
bool is_clock_skew(std::string_view code);

/// Whether the service had trouble of its own, that another try may not meet: 500, 502, 503, 504 and a few
/// codes.
bool is_transient(int status, std::string_view code);

/// Our kind of an AWS error: throttled, denied, not_found, invalid, unavailable, corrupt.
ErrorKind kind_of(int status, std::string_view code);

}  // namespace kinesight::aws

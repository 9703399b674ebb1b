// AWS Signature Version 4, in headers and in a presigned query.
// Source: AWS, "Signature Version 4 signing process" (docs.aws.amazon.com/IAM/latest/UserGuide/
// reference_sigv-create-signed-request.html) and, for S3, "Authenticating Requests".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/result.h"
#include "net/http.h"

namespace kinesight::aws {

/// How a service wants its requests signed, and by when.
struct Signing {
  std::string region;             ///< "us-east-1"
  std::string service;            ///< The signing name: "kinesis", "s3", "dynamodb", "sts", "kinesisvideo".
  std::int64_t unix_seconds = 0;  ///< The time of signing, after clock-skew correction.
  bool normalize_path = true;     ///< Removes "." and ".." and doubled slashes. S3: false.
  bool double_encode = true;      ///< Encodes the (already encoded) path once more. S3: false.
  bool unsigned_payload = false;  ///< Signs "UNSIGNED-PAYLOAD" for the body's digest; S3 over TLS only.
  bool content_sha256_header = false;  ///< Adds x-amz-content-sha256. S3: true.
};

/// Adds X-Amz-Date, X-Amz-Security-Token (when there is one), x-amz-content-sha256 (when asked for) and
/// Authorization to `request`; Host too, when it is missing. All headers that are there by then are signed,
/// except those that proxies and libraries change (Connection, User-Agent, Expect, X-Amzn-Trace-Id,
/// Transfer-Encoding). Error: invalid (the request's URL).
Result<> sign(net::Request& request, const Credentials& credentials, const Signing& signing);

/// `request`'s URL with the signature in its query, valid for `expires_seconds` from the time of signing (1
/// to 604,800). Whoever uses it must send `request`'s headers as they are here. Error: invalid.
Result<std::string> presign(const net::Request& request, const Credentials& credentials,
                            const Signing& signing, std::int64_t expires_seconds);

/// The steps in between, as the official test vectors show them.
struct SigningSteps {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;       ///< Hex, lower case.
  std::string signed_headers;  ///< "host;x-amz-date"
};

/// What sign() does to a request whose headers (Host and X-Amz-Date among them) are complete.
Result<SigningSteps> signing_steps(const net::Request& request, const Credentials& credentials,
                                   const Signing& signing);

}  // namespace kinesight::aws

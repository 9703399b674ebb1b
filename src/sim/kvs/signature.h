// Whether an API call is signed as AWS wants it (Signature Version 4), in headers or in a presigned query: it
// is signed again by the product's own signer, with what the request says of itself, and compared.
// Source: AWS, "Signature Version 4 signing process", and the common errors of Kinesis Video Streams.
#pragma once

#include <expected>
#include <map>
#include <string>

#include "http/plain_server.h"
#include "sim/kvs/answer.h"

namespace kinesight::sim::kvs {

/// Who may call.
struct KnownKeys {
  std::string region;
  std::map<std::string, std::string> secrets;  ///< By access key id.
};

/// Refusals, all 403: MissingAuthenticationTokenException, IncompleteSignatureException,
/// UnrecognizedClientException (an unknown key), InvalidSignatureException (another secret, region or
/// service, a changed request, a clock off by more than five minutes, a presigned URL past its time). `now`:
/// Unix seconds.
std::expected<void, Refusal> check_signature(const http::Incoming& request, const KnownKeys& keys,
                                             double now);

}  // namespace kinesight::sim::kvs

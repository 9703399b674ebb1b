// The canonical form of a request, which Signature Version 4 signs.
#pragma once

#include <string>

#include "support/fake_aws/http.h"

namespace kinesight::support::fake {

/// `signed_headers` as the request lists them ("host;x-amz-date"); `payload` is the body's digest in hex or
/// what stands for it. With `s3` the path stays as it is and is encoded once; without, it is normalised and
/// encoded twice.
std::string canonical_request(const HttpRequest& request, const std::string& signed_headers,
                              const std::string& payload, bool s3);

}  // namespace kinesight::support::fake

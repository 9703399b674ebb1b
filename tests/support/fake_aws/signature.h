// Checks Signature Version 4, in headers and in a presigned query. Written from AWS's documents (IAM User
// Guide, "Create a signed AWS API request"; S3 API reference, "Authenticating Requests") without a look at
// the product's signer: that is what makes it a check.
#pragma once

#include <string>

#include "support/fake_aws/credentials.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {

/// Whose request it is. Throws ServiceError, with the service's code and words, when it is not signed as it
/// should be by a known key at about `now`.
KnownKey check_signature(const Call& call, const KeyRing& keys, std::int64_t now);

/// The service that the request's credential scope names; empty when it has none.
std::string scope_service(const HttpRequest& request);

}  // namespace kinesight::support::fake

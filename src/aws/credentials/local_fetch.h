// Asking a service of this machine: IMDS, a container agent.
#pragma once

#include <string_view>

#include "aws/credentials/surroundings.h"

namespace kinesight::aws {

/// What is asked.
struct LocalRequest {
  std::string method = "GET";
  std::string url;
  net::Headers headers;
};

/// How patient to be.
struct Patience {
  Clock::Duration timeout = std::chrono::seconds(1);  ///< Of one try.
  int attempts = 2;
  Clock::Duration pause = std::chrono::milliseconds(100);  ///< Between tries.
};

/// Sends `request` until an answer of another status than 429 and 5xx comes, or the attempts are used up;
/// then the last answer. Errors: cancelled, unavailable (no answer), denied (a certificate is not trusted).
Result<net::Response> fetch_locally(const Surroundings& surroundings, LocalRequest request,
                                    const Patience& patience, std::stop_token stop);

}  // namespace kinesight::aws

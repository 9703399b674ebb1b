// What the services of Kinesis Video Streams share: patience, and the URLs that they answer with, to which
// signed requests and whole videos go next.
#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "net/http.h"

namespace kinesight::aws {

/// A camera waits for these calls, on its own thread.
inline constexpr net::Timeouts kVideoCallTimeouts{
    .connect = std::chrono::seconds(3), .idle = std::chrono::seconds(5), .total = std::chrono::seconds(10)};

/// `url` if it is https below amazonaws.com or amazonaws.com.cn, or any http(s) URL where the service's
/// endpoint is `overridden`. Errors: denied (somebody else's), corrupt (no URL); they name `action` and the
/// origin, never path or query, which may carry a session's token.
CallResult<std::string> checked_video_url(std::string url, bool overridden, std::string_view action);

}  // namespace kinesight::aws

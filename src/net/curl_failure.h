// libcurl's reasons, as ours.
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "net/http.h"
#include "net/url.h"

namespace kinesight::net {

/// Why an exchange that ended with `code` has no answer. `detail` is libcurl's own text, for the codes about
/// connecting only: it names hosts and certificates.
Failure curl_failure(CURLcode code, const Url& url, std::string_view detail, bool began);

/// `what` did not come within `limit`: "no connection", "no byte".
Failure timed_out(const Url& url, std::string_view what, Clock::Duration limit, bool began);

/// The answer is longer than `limit` bytes.
Failure too_long(const Url& url, std::size_t limit);

/// The caller wants no answer any more.
Failure cancelled(const Url& url, bool began);

}  // namespace kinesight::net

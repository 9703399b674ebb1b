// The proxies that a machine is set up for.
#pragma once

#include "config/environment.h"
#include "net/curl_transport.h"

namespace kinesight::net {

/// Options with the proxies of https_proxy, http_proxy and no_proxy, or of their names in upper case; as curl
/// and Python have it, the lower case comes first.
CurlOptions with_proxies(const config::Environment& environment);

}  // namespace kinesight::net

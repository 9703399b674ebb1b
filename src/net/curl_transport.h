// The transport of the product, over libcurl: connection reuse, verified TLS, proxies, cancellation.
#pragma once

#include <memory>
#include <string>

#include "net/http.h"

namespace kinesight::net {

/// How the transport reaches the world.
struct CurlOptions {
  std::string ca_bundle;  ///< A PEM file of trusted authorities; empty: the system's.
  /// Proxies as in the environment variables HTTPS_PROXY, HTTP_PROXY (lower case too) and NO_PROXY.
  std::string https_proxy;
  std::string http_proxy;
  std::string no_proxy;
  std::string user_agent = "kinesight";
  int max_idle_connections = 16;  ///< Kept open for the next request.
};

/// Always verifies certificates and names; TLS 1.2 at least; HTTP/1.1; follows no redirect. Connections are
/// kept and used again.
std::unique_ptr<Transport> make_curl_transport(const CurlOptions& options);

}  // namespace kinesight::net

#include "net/proxies.h"

namespace kinesight::net {
namespace {

std::string first_set(const config::Environment& environment, const char* lower, const char* upper) {
  for (const char* name : {lower, upper}) {
    if (auto value = environment(name); value && !value->empty()) return *value;
  }
  return "";
}

}  // namespace

CurlOptions with_proxies(const config::Environment& environment) {
  CurlOptions options;
  options.https_proxy = first_set(environment, "https_proxy", "HTTPS_PROXY");
  options.http_proxy = first_set(environment, "http_proxy", "HTTP_PROXY");
  options.no_proxy = first_set(environment, "no_proxy", "NO_PROXY");
  return options;
}

}  // namespace kinesight::net

#include "aws/of_aws.h"

namespace kinesight::aws {

bool is_of_aws(const net::Url& url) {
  return url.scheme == "https" &&
         (url.host.ends_with(".amazonaws.com") || url.host.ends_with(".amazonaws.com.cn"));
}

bool is_of_aws(const Endpoint& endpoint) {
  const auto url = net::parse_url(endpoint.url);
  return !endpoint.overridden || (url && is_of_aws(*url));
}

}  // namespace kinesight::aws

// Who answers at an address: AWS itself, or whoever else speaks as it does.
#pragma once

#include "aws/session.h"
#include "net/url.h"

namespace kinesight::aws {

/// Whether `url` is https below amazonaws.com or amazonaws.com.cn.
bool is_of_aws(const net::Url& url);
/// Whether AWS answers there: the region's own endpoint, or one below its names (a VPC endpoint's).
bool is_of_aws(const Endpoint& endpoint);

}  // namespace kinesight::aws

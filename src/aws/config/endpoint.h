// Where a service is reached (docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
#pragma once

#include <string_view>

#include "aws/config/shared_config.h"
#include "aws/session.h"

namespace kinesight::aws {

/// See Session::endpoint. `shared` may be null.
Result<Endpoint> resolve_endpoint(const config::Environment& environment, const SharedConfig* shared,
                                  const Service& service, std::string_view region,
                                  std::string_view configured);

}  // namespace kinesight::aws

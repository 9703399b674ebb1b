// Which region, and where its services are.
#pragma once

#include <string>
#include <string_view>

#include "aws/config/shared_config.h"
#include "aws/session.h"

namespace kinesight::aws {

/// See Session::region. `shared` may be null.
Result<std::string> resolve_region(const config::Environment& environment, const SharedConfig* shared,
                                   std::string_view configured);

/// The domain of a region's endpoints: "amazonaws.com", "amazonaws.com.cn". Regions nobody knows are AWS's
/// own.
std::string_view domain_of(std::string_view region);

}  // namespace kinesight::aws

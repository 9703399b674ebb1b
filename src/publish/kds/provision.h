// The data stream as a resource: looked at, made, waited for.
#pragma once

#include "publish/provision.h"

namespace kinesight::publish {

/// Inspect of the registry's row: the stream of `options`, as seed 000 makes it (2 shards) or on demand.
Result<std::vector<Resource>> inspect_stream(const config::Parsed& options, aws::Session& session,
                                             const ProvisionOptions& provision, std::stop_token stop);

}  // namespace kinesight::publish

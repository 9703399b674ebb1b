// The data stream as a resource: looked at, made, waited for.
#pragma once

#include <string>
#include <vector>

#include "aws/services/kinesis.h"
#include "base/clock.h"
#include "publish/provision.h"

namespace kinesight::publish {

/// The stream of that name as a resource: of 2 shards, or on demand. `clock` outlives the resource.
Result<Resource> inspect_stream(const aws::Kinesis& kinesis, const std::string& name,
                                const ProvisionOptions& provision, Clock& clock, std::stop_token stop);

/// Inspect of the registry's row: the stream of `options`, as seed 000 makes it (2 shards) or on demand.
Result<std::vector<Resource>> inspect_stream(const config::Parsed& options, aws::Session& session,
                                             const ProvisionOptions& provision, std::stop_token stop);

/// The ARN of a stream, of any account; `region` empty: of any region.
std::string stream_arn(const std::string& region, const std::string& stream);

}  // namespace kinesight::publish

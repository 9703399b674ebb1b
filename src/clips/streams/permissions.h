// What the clip service calls in Kinesis Video Streams.
#pragma once

#include <string>
#include <vector>

#include "aws/permission.h"

namespace kinesight::clips {

/// What CameraStreams of AWS call, with the GetDataEndpoint before it. Any stream: whoever puts tasks into
/// the queue says which. `region` is kvs.region; empty: any.
std::vector<aws::Permission> streams_permissions(const std::string& region);

}  // namespace kinesight::clips

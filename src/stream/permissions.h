// What producers and consumers of a stream call in AWS.
#pragma once

#include <vector>

#include "aws/permission.h"
#include "stream/stream_file.h"

namespace kinesight::stream {

/// What `kinesight produce`, `consume`, `latest` and `dead-letters` call, on the stream and the tables that
/// `file` names.
std::vector<aws::Permission> stream_permissions(const StreamFile& file);

/// What `kinesight provision --of stream` calls.
std::vector<aws::Permission> stream_provision_permissions(const StreamFile& file);

}  // namespace kinesight::stream

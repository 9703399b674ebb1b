// What a row of the registry is handed to make a sink in AWS.
#pragma once

#include "publish/publisher_kind.h"

namespace kinesight::support {

/// Over `session`, which outlives it.
inline publish::SinkContext over(aws::Session& session) {
  return {.aws_session = [&session]() -> Result<aws::Session*> { return &session; }};
}

}  // namespace kinesight::support

// The same work for many things, on several threads.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "base/result.h"

namespace kinesight::stream {

/// Calls `work(i, stop)` for each i from 0 to `count` - 1, up to `threads` at once, one of them the caller's;
/// over when all have ended. The first error is given back, and stops the others. Error also: cancelled.
Result<> in_parallel(std::size_t count, std::size_t threads,
                     const std::function<Result<>(std::size_t, std::stop_token)>& work, std::stop_token stop);

}  // namespace kinesight::stream

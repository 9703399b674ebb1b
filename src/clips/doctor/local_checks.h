// Whether this machine will do: disk, kernel, and the Redis beside it.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/sandbox.h"
#include "clips/cache.h"
#include "clips/clips_file.h"
#include "clips/doctor/finding.h"

namespace kinesight::clips::doctor {

/// Whether clips can be parsed where a crash harms nothing. `sandbox` is what Sandbox::start() gave.
Finding check_sandbox(const Result<std::unique_ptr<Sandbox>>& sandbox);

/// Whether the state directory can be written to, or made, and whether the disk has room for all clips that
/// may be in work at once. Leaves nothing behind, and makes no folder.
Findings check_state_directory(const ServiceOptions& service, const ClipOptions& clip);

/// Writes, reads and removes a key of its own, "s2:doctor:…". `cache` is null when there is none.
Finding check_redis(const ClipsFile& file, Cache* cache, Clock& clock);

}  // namespace kinesight::clips::doctor

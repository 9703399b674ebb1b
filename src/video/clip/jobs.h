// clip.h in a process of its own: what strangers' cameras sent is parsed where a crash or worse harms nothing
// (base/sandbox.h).
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/sandbox.h"
#include "video/clip/clip.h"

namespace kinesight::video {

/// "join_clip", "clip_thumbnail": for Sandbox::start(), which comes before there are threads.
std::span<const SandboxJob> clip_jobs();

/// join_clip() and clip_thumbnail(), run as jobs. Errors: theirs, and those of Sandbox::run() (what crashes,
/// takes too long or wants too much is corrupt). What a job answers is checked: whoever took it over could
/// say anything. Safe for any number of threads.
class ClipTools {
 public:
  /// `sandbox` was started with clip_jobs() among its jobs, and outlives this.
  explicit ClipTools(Sandbox& sandbox, const SandboxLimits& limits = {})
      : sandbox_(sandbox), limits_(limits) {}

  /// At most 249 parts.
  Result<ClipFacts> join(std::span<const ClipPart> parts, double from, double until, int output,
                         ShortParts short_parts, const std::stop_token& stop) const;
  Result<std::string> thumbnail(int file, int max_width, int quality, const std::stop_token& stop) const;

 private:
  Sandbox& sandbox_;
  const SandboxLimits limits_;
};

}  // namespace kinesight::video

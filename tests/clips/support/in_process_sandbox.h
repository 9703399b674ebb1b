// A sandbox that is none: jobs run where they are called, for tests of what calls them.
#pragma once

#include <algorithm>

#include "base/sandbox.h"
#include "video/clip/jobs.h"

namespace kinesight::clips {

class InProcessSandbox final : public Sandbox {
 public:
  Result<std::string> run(std::string_view job, std::string_view request, std::span<const int> files,
                          const SandboxLimits&, std::stop_token stop) override {
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "asked to stop");
    const auto jobs = video::clip_jobs();
    const auto found = std::ranges::find(jobs, job, &SandboxJob::name);
    if (found == jobs.end()) return fail(ErrorKind::invalid, "no job {}", job);
    return found->run(request, files);
  }
};

}  // namespace kinesight::clips

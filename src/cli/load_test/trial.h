// One trial: a service and its simulated cameras, started, measured and stopped.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "cli/load_test/measurement.h"
#include "cli/load_test/options.h"

namespace kinesight::cli::load_test {

/// Watches `cameras` cameras with this program's own `infer`, which measures itself: what is counted is what
/// users run. Works in `folder`, which is the caller's to delete. A stop ends it early, with what was
/// measured. Errors: what was asked cannot be run (its configuration, the stand-in); cameras that cannot keep
/// up are none.
Result<Measurement> run_trial(const Options& options, int cameras, const std::filesystem::path& folder,
                              const std::vector<std::filesystem::path>& videos, std::stop_token stop);

}  // namespace kinesight::cli::load_test

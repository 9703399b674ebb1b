// The configuration and the video of simulated cameras.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/load_test/options.h"

namespace kinesight::cli::load_test {

/// "camera-7", from 1.
std::string camera_name(int number);

/// Renders the scenes into `folder`: what cameras play in turn. Error: those of sim::render_video().
Result<std::vector<std::filesystem::path>> render_scenes(const Options& options,
                                                         const std::filesystem::path& folder);

/// The cameras.yaml of so many cameras that keep their state in `state`. `endpoint` is where the stand-in for
/// Kinesis Video Streams is; with Source::file they play `videos` in turn. Errors: invalid, not_found
/// (--config).
Result<std::string> cameras_yaml(const Options& options, int cameras, const std::filesystem::path& state,
                                 const std::vector<std::filesystem::path>& videos,
                                 const std::string& endpoint);

}  // namespace kinesight::cli::load_test

// The configuration of a service and where it keeps its state, as subcommands find them.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/subcommand.h"
#include "clips/clips_file.h"
#include "config/cameras_file.h"
#include "stream/stream_file.h"

namespace kinesight::cli {

/// Loads a cameras.yaml. Error: invalid, its first problem.
Result<config::CamerasFile> load_cameras(const std::string& path, const Context& context);

/// Loads a clips.yaml. Error: invalid, its first problem.
Result<clips::ClipsFile> load_clips(const std::string& path, const Context& context);

/// Loads a stream.yaml; "" is none: the air-quality feed's. Error: invalid, its first problem.
Result<stream::StreamFile> load_stream(const std::string& path, const Context& context);

/// `directory` if it says something; else what the cameras.yaml at `config` says; else the default.
Result<std::string> state_directory(const std::string& directory, const std::string& config,
                                    const Context& context);

/// "kinesight: <message>" on standard error, and the exit code that goes with the error.
int report_failure(const Error& error, Context& context);

}  // namespace kinesight::cli

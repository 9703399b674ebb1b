// The jobs that are services with a configuration file: what `--of` of the subcommands around them takes.
#pragma once

namespace kinesight::cli {

/// Whose configuration, whose dead letters.
enum class Job {
  infer,   ///< cameras.yaml
  clips,   ///< clips.yaml
  stream,  ///< stream.yaml
};

}  // namespace kinesight::cli

// Where `kinesight produce` has its records from, and how fast.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "cli/produce/options.h"
#include "stream/simulator/simulator.h"
#include "stream/sources/source.h"
#include "stream/stream_file.h"

namespace kinesight::cli {

/// The source of a run.
struct Input {
  std::unique_ptr<stream::RecordSource> source;
  const stream::Simulator* simulator = nullptr;  ///< The source, where it is one.
  std::optional<double> rate{};                  ///< At which to read; a simulator has its own.
};

/// Opens the files, or makes the simulator that `file` describes; `clock` outlives it. Without either there
/// has to be a spool, and nothing is read. Errors: invalid (both, or neither), and those of open_files().
Result<Input> open_input(const ProduceOptions& options, const stream::StreamFile& file, Clock& clock);

}  // namespace kinesight::cli

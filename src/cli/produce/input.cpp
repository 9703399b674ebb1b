#include "cli/produce/input.h"

#include "stream/sources/files.h"

namespace kinesight::cli {
namespace {

/// What a spool holds is all there is to send.
class NoSource final : public stream::RecordSource {
 public:
  Result<std::optional<std::string>> next(std::stop_token) override { return std::nullopt; }
  std::string where() const override { return "nowhere"; }
};

stream::SimulatorMode simulator_mode(ProduceMode mode) {
  switch (mode) {
    case ProduceMode::production:
      return stream::SimulatorMode::production;
    case ProduceMode::burst:
      return stream::SimulatorMode::burst;
    default:
      return stream::SimulatorMode::development;
  }
}

Input simulate(const ProduceOptions& options, stream::SimulatorOptions simulator, Clock& clock) {
  simulator.mode = simulator_mode(options.mode);
  if (options.rate) simulator.rate = options.rate;
  if (options.seed) simulator.seed = *options.seed;
  auto made = std::make_unique<stream::Simulator>(simulator, clock);
  const auto* seen = made.get();
  return {.source = std::move(made), .simulator = seen};
}

}  // namespace

Result<Input> open_input(const ProduceOptions& options, const stream::StreamFile& file, Clock& clock) {
  const bool simulated = options.mode != ProduceMode::files;
  if (!simulated && options.files.empty() && !file.produce.spool.empty())
    return Input{.source = std::make_unique<NoSource>()};
  if (simulated == !options.files.empty()) {
    return fail(ErrorKind::invalid, "expected either files ('-' for standard input) or --mode, found {}",
                simulated ? "both" : "neither");
  }
  if (simulated) return simulate(options, file.simulator, clock);
  if (options.seed) return fail(ErrorKind::invalid, "--seed: expected with --mode only, found with files");
  // A key is a text whatever it looks like: "1e3" names a city, not 1000.
  auto source = stream::open_files(
      {.paths = options.files, .format = options.format, .text_columns = {file.record.key}});
  if (!source) return std::unexpected(source.error());
  return Input{.source = std::move(*source), .rate = options.rate};
}

}  // namespace kinesight::cli

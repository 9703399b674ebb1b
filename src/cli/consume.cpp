// kinesight consume: takes records out of a stream.
#include <ostream>

#include "cli/log_options.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "stream/consume_service.h"
#include "telemetry/catalog.h"

namespace kinesight::cli {
namespace {

struct ConsumeOptions {
  std::string config;
  std::string http = "0.0.0.0:7085";
  bool local = false;
  bool simulate = false;
  double duration = 0;
  FormatChoice log_format = FormatChoice::automatic;
  static const config::Table& table();
};

const config::Table& ConsumeOptions::table() {
  static const config::Table table = add_log_format(
      config::describe<ConsumeOptions>(
          "consume",
          "Take records out of a Kinesis data stream: the newest of each key, five-minute windows and dead "
          "letters into tables, until it is stopped.")
          .option(
              "config", &ConsumeOptions::config,
              "The stream, its records, windows and tables: a stream.yaml. Without it: the air-quality feed.")
          .value_name("FILE")
          .option("http", &ConsumeOptions::http, "Where health and metrics are served.")
          .value_name("HOST:PORT")
          .option("local", &ConsumeOptions::local,
                  "Keep the tables in SQLite, in the state directory, instead of DynamoDB.")
          .option("simulate", &ConsumeOptions::simulate,
                  "Read the simulated feed that --config describes, in a stream of this process, instead of "
                  "Kinesis.")
          .option("duration", &ConsumeOptions::duration,
                  "Shut down gracefully after so many seconds; 0 for never.")
          .range(0, 1e9)
          .value_name("SECONDS"),
      &ConsumeOptions::log_format);
  return table;
}

int run_consume(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ConsumeOptions>();
  const auto level = log_level(context);
  if (!level) return report_failure(level.error(), context);
  const auto file = stream::load_stream_file(options.config, context.environment);
  if (!file) {
    for (const auto& problem : file.error()) context.err << to_string(problem) << "\n";
    return kInvalid;
  }
  telemetry::Log log("kinesight_stream", log_format(options.log_format, context), *level, stdout);
  telemetry::Metrics metrics(telemetry::kStreamMetrics);
  telemetry::Health health;
  for (const auto& warning : file->warnings) log.warning(to_string(warning));
  const ShutdownSignals signals(
      [&log](int signal) { log.info(fmt::format("Received signal {}, shutting down...", signal)); });
  stream::ConsumeSettings settings{.config_path = options.config,
                                   .http = options.http,
                                   .http_token = context.environment("KINESIGHT_HTTP_TOKEN").value_or(""),
                                   .local = options.local,
                                   .duration_seconds = {},
                                   .simulate = options.simulate,
                                   .environment = context.environment};
  if (options.duration > 0) settings.duration_seconds = options.duration;
  const auto ran =
      stream::run_consumer(*file, settings, {log, metrics, health}, Clock::system(), signals.token());
  if (ran) return kOk;
  log.error("Cannot go on: " + ran.error().message);
  return kFailed;
}

}  // namespace

Subcommand consume_subcommand() { return {ConsumeOptions::table(), Group::jobs, run_consume}; }

}  // namespace kinesight::cli

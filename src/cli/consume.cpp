// kinesight consume: takes records out of a stream.
#include <ostream>

#include "cli/log_options.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "stream/consume_service.h"
#include "stream/multilang/service.h"
#include "telemetry/catalog.h"

namespace kinesight::cli {
namespace {

constexpr const char* kHttp = "0.0.0.0:7085";

struct ConsumeOptions {
  std::string config;
  std::string http = kHttp;
  bool local = false;
  bool simulate = false;
  double duration = 0;
  bool multilang = false;
  std::string metrics_directory;
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
          .value_name("SECONDS")
          .option(
              "multilang", &ConsumeOptions::multilang,
              "Be the record processor of the KCL's MultiLangDaemon, which starts one for each shard: its "
              "messages on standard input, answers on standard output, the log on standard error.")
          .option(
              "metrics_directory", &ConsumeOptions::metrics_directory,
              "With --multilang: a folder for kinesight-SHARD.prom, for node_exporter's textfile collector.")
          .value_name("DIR"),
      &ConsumeOptions::log_format);
  return table;
}

/// What has no meaning with --multilang, or none without it.
Result<> check_multilang(const ConsumeOptions& options) {
  if (!options.multilang && !options.metrics_directory.empty())
    return fail(ErrorKind::invalid,
                "--metrics-directory: expected --multilang with it; metrics are on --http");
  if (!options.multilang) return {};
  const bool alone = !options.local && !options.simulate && options.duration == 0 && options.http == kHttp;
  if (alone) return {};
  return fail(
      ErrorKind::invalid,
      "--multilang: expected none of --local, --simulate, --duration and --http with it: shards come from "
      "the daemon and go from machine to machine, so that nothing can be kept on one, and each process "
      "has one of them (--metrics-directory shows its metrics)");
}

Result<> run_multilang(const stream::StreamFile& file, const ConsumeOptions& options, const Context& context,
                       telemetry::Telemetry telemetry, std::stop_token stop) {
  auto in = stream::InputDescriptor::open("-");
  if (!in) return std::unexpected(in.error());
  return stream::multilang::run(file, {options.metrics_directory, context.environment}, std::move(*in),
                                stdout, telemetry, Clock::system(), std::move(stop));
}

Result<> run_service(const stream::StreamFile& file, const ConsumeOptions& options, const Context& context,
                     telemetry::Telemetry telemetry, std::stop_token stop) {
  stream::ConsumeSettings settings{.config_path = options.config,
                                   .http = options.http,
                                   .http_token = context.environment("KINESIGHT_HTTP_TOKEN").value_or(""),
                                   .local = options.local,
                                   .duration_seconds = {},
                                   .simulate = options.simulate,
                                   .environment = context.environment};
  if (options.duration > 0) settings.duration_seconds = options.duration;
  return stream::run_consumer(file, settings, telemetry, Clock::system(), std::move(stop));
}

int run_consume(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ConsumeOptions>();
  if (const auto sound = check_multilang(options); !sound) return report_failure(sound.error(), context);
  const auto level = log_level(context);
  if (!level) return report_failure(level.error(), context);
  const auto file = stream::load_stream_file(options.config, context.environment);
  if (!file) {
    for (const auto& problem : file.error()) context.err << to_string(problem) << "\n";
    return kInvalid;
  }
  telemetry::Log log("kinesight_stream", log_format(options.log_format, context), *level,
                     options.multilang ? stderr : stdout);
  telemetry::Metrics metrics(telemetry::kStreamMetrics);
  telemetry::Health health;
  for (const auto& warning : file->warnings) log.warning(to_string(warning));
  const ShutdownSignals signals(
      [&log](int signal) { log.info(fmt::format("Received signal {}, shutting down...", signal)); });
  const telemetry::Telemetry telemetry{log, metrics, health};
  const auto ran = options.multilang ? run_multilang(*file, options, context, telemetry, signals.token())
                                     : run_service(*file, options, context, telemetry, signals.token());
  if (ran) return kOk;
  log.error("Cannot go on: " + ran.error().message);
  return kFailed;
}

}  // namespace

Subcommand consume_subcommand() { return {ConsumeOptions::table(), Group::jobs, run_consume}; }

}  // namespace kinesight::cli

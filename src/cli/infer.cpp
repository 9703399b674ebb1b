// kinesight infer: watches cameras.
#include "infer/service.h"

#include <fmt/format.h>

#include <atomic>
#include <ostream>

#include "cli/components.h"
#include "cli/log_options.h"
#include "cli/shutdown_signals.h"
#include "cli/subcommands.h"
#include "telemetry/catalog.h"

namespace kinesight::cli {
namespace {

struct InferOptions {
  std::string config;
  std::string http = "0.0.0.0:8080";
  double stop_after = 0;
  bool stop_when_done = false;
  std::string shard = "0/1";
  FormatChoice log_format = FormatChoice::automatic;
  static const config::Table& table();
};

const config::Table& InferOptions::table() {
  static const config::Table table = add_log_format(
      config::describe<InferOptions>("infer",
                                     "Watch cameras: live video in, detections out, until it is stopped.")
          .option("config", &InferOptions::config,
                  "The cameras, their detectors and the publishers: a cameras.yaml.")
          .required()
          .not_empty()
          .value_name("FILE")
          .option(
              "http", &InferOptions::http,
              "Where health, metrics and the dashboard are served. Beyond loopback pictures need a token.")
          .value_name("HOST:PORT")
          .option("stop_after", &InferOptions::stop_after,
                  "Shut down gracefully after so many seconds; 0 for never.")
          .range(0, 1e9)
          .value_name("SECONDS")
          .option("stop_when_done", &InferOptions::stop_when_done,
                  "Shut down gracefully when every camera is a recording that has ended.")
          .option(
              "shard", &InferOptions::shard,
              "Watch only this process's share of the cameras: I/N is share I, from 0, of N; auto/N takes I "
              "from the end of HOSTNAME, as the pods of a StatefulSet are called.")
          .env("KINESIGHT_SHARD")
          .value_name("I/N"),
      &InferOptions::log_format);
  return table;
}

infer::ServiceSettings settings(const InferOptions& options, const Context& context) {
  infer::ServiceSettings settings{.config_path = options.config,
                                  .http = options.http,
                                  .http_token = context.environment("KINESIGHT_HTTP_TOKEN").value_or(""),
                                  .stop_after_seconds = {},
                                  .stop_when_done = options.stop_when_done,
                                  .environment = context.environment};
  if (options.stop_after > 0) settings.stop_after_seconds = options.stop_after;
  return settings;
}

int run_infer(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<InferOptions>();
  const auto level = log_level(context);
  if (!level) {
    context.err << "kinesight: " << level.error().message << "\n";
    return kInvalid;
  }
  const auto shard = infer::Shard::parse(options.shard, context.environment("HOSTNAME").value_or(""));
  if (!shard) {
    context.err << "kinesight: --shard: " << shard.error().message << "\n";
    return kInvalid;
  }
  const auto file =
      config::load_cameras_file(options.config, context.components.catalog(), context.environment);
  if (!file) {
    for (const auto& problem : file.error()) context.err << to_string(problem) << "\n";
    return kInvalid;
  }

  telemetry::Log log("kvs_infer", log_format(options.log_format, context), *level, stdout);
  telemetry::Metrics metrics(telemetry::kInferMetrics);
  telemetry::Health health;
  for (const auto& warning : file->warnings) log.warning(to_string(warning));
  std::atomic<bool> hung_up = false;
  const ShutdownSignals signals(
      [&log](int signal) { log.info(fmt::format("Received signal {}, shutting down...", signal)); },
      [&] { hung_up = true; });
  const infer::Kinds kinds{context.components.sources, context.components.detectors,
                           context.components.publishers};
  auto service = settings(options, context);
  service.parse = [&, catalog = context.components.catalog()](std::string_view text) {
    return config::parse_cameras_file(text, options.config, catalog, context.environment);
  };
  service.reload_asked = [&] { return hung_up.exchange(false); };
  service.shard = *shard;
  const auto ran =
      infer::run_service(*file, kinds, service, {log, metrics, health}, Clock::system(), signals.token());
  if (ran) return kOk;
  log.error("Cannot start: " + ran.error().message);
  return kFailed;
}

}  // namespace

Subcommand infer_subcommand() { return {InferOptions::table(), Group::jobs, run_infer}; }

}  // namespace kinesight::cli

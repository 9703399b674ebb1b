// kinesight clips: makes clips of live cameras.
#include <ostream>

#include "cli/components.h"
#include "cli/log_options.h"
#include "cli/shutdown_signals.h"
#include "cli/subcommands.h"
#include "clips/service.h"
#include "telemetry/catalog.h"
#include "video/clip/jobs.h"

namespace kinesight::cli {
namespace {

struct ClipsOptions {
  std::string config;
  std::string http = "0.0.0.0:7084";
  FormatChoice log_format = FormatChoice::automatic;
  static const config::Table& table();
};

const config::Table& ClipsOptions::table() {
  static const config::Table table = add_log_format(
      config::describe<ClipsOptions>("clips",
                                     "Make clips of cameras: tasks from RabbitMQ in, clips in object storage "
                                     "and messages for the next stage out.")
          .option("config", &ClipsOptions::config,
                  "The broker, its queues, the streams and the store: a clips.yaml.")
          .required()
          .not_empty()
          .value_name("FILE")
          .option("http", &ClipsOptions::http,
                  "Where health, metrics and the API are served. Beyond loopback the API needs a token.")
          .value_name("HOST:PORT"),
      &ClipsOptions::log_format);
  return table;
}

int run_clips(const config::Parsed& parsed, Context& context) {
  // First of all, while there is one thread and no secret in memory.
  const auto sandbox = Sandbox::start(video::clip_jobs());
  if (!sandbox) {
    context.err << "kinesight: " << sandbox.error().message << "\n";
    return kFailed;
  }
  const auto& options = parsed.as<ClipsOptions>();
  const auto level = log_level(context);
  if (!level) {
    context.err << "kinesight: " << level.error().message << "\n";
    return kInvalid;
  }
  const auto file =
      clips::load_clips_file(options.config, context.components.store_types(), context.environment);
  if (!file) {
    for (const auto& problem : file.error()) context.err << to_string(problem) << "\n";
    return kInvalid;
  }

  telemetry::Log log("sightapi_s2", log_format(options.log_format, context), *level, stdout);
  telemetry::Metrics metrics(telemetry::kClipsMetrics);
  telemetry::Health health;
  for (const auto& warning : file->warnings) log.warning(to_string(warning));
  const ShutdownSignals signals(
      [&log](int signal) { log.info(fmt::format("Received signal {}, shutting down...", signal)); });
  const auto& store = context.components.store(file->storage.type);
  const clips::ServiceSettings settings{options.config, options.http,
                                        context.environment("KINESIGHT_HTTP_TOKEN").value_or(""),
                                        context.environment};
  const auto ran = clips::run_service(*file, store, settings, **sandbox, {log, metrics, health},
                                      Clock::system(), signals.token());
  if (ran) return kOk;
  log.error("Cannot go on: " + ran.error().message);
  return kFailed;
}

}  // namespace

Subcommand clips_subcommand() { return {ClipsOptions::table(), Group::jobs, run_clips}; }

}  // namespace kinesight::cli

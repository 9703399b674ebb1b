// kinesight watch: shows one Kinesis video stream, and how well it comes.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <ostream>

#include "cli/arguments.h"
#include "cli/log_options.h"
#include "cli/shutdown_signals.h"
#include "cli/subcommands.h"
#include "cli/watch/screen.h"
#include "cli/watch/watching.h"
#include "config/cameras_file.h"
#include "http/server.h"
#include "telemetry/catalog.h"
#include "video/kvs_hls/source.h"

namespace kinesight::cli {
namespace {

const video::KvsOptions kKvs;

struct WatchOptions {
  std::string stream_name;
  std::string region;
  std::string camera_id;
  long max_frames = 0;
  double target_fps = 0;
  bool no_display = false;
  int metrics_port = 0;
  std::string endpoint_url;
  int hls_session_seconds = kKvs.hls_session_seconds;
  bool json = false;
  static const config::Table& table();
};

std::optional<std::string> bad_camera_id(const WatchOptions& options) {
  if (options.camera_id.empty() || config::is_camera_id(options.camera_id)) return std::nullopt;
  return "up to 256 letters, digits, '_', '.' and '-', found '" + options.camera_id + "'";
}

const config::Table& WatchOptions::table() {
  static const config::Table table =
      config::describe<WatchOptions>("watch",
                                     "Watch one Kinesis video stream: its pictures and how they come.")
          .option("stream_name", &WatchOptions::stream_name, "The stream.")
          .required()
          .not_empty()
          .value_name("NAME")
          .option("region", &WatchOptions::region,
                  "The AWS region of the stream. Empty: that of the environment or the AWS profile.")
          .option("camera_id", &WatchOptions::camera_id,
                  "What the camera is called in metrics and figures. Empty: as the stream.")
          .value_name("ID")
          .rule(bad_camera_id)
          .option("max_frames", &WatchOptions::max_frames, "Stop after so many frames; 0 for never.")
          .range(0, 9e15)
          .option("target_fps", &WatchOptions::target_fps,
                  "Take so many frames a second of capture time, evenly spaced; 0 for every frame.")
          .range(0, 240)
          .option("no_display", &WatchOptions::no_display, "Open no window.")
          .option("metrics_port", &WatchOptions::metrics_port,
                  "Serve /metrics and /healthz on this port of 127.0.0.1; 0 for not at all.")
          .range(0, 65'535)
          .value_name("PORT")
          .option("endpoint_url", &WatchOptions::endpoint_url,
                  "An endpoint of one's own instead of AWS's: a VPC endpoint or an emulator.")
          .value_name("URL")
          .option(
              "hls_session_seconds", &WatchOptions::hls_session_seconds,
              "How long an HLS session lasts before it is made anew. Below 300 only with an endpoint_url.")
          .range(1, 43'200)
          .option("json", &WatchOptions::json,
                  "Write a line of JSON a second and one at the end to standard output, instead of text.");
  return table;
}

/// The stream's name as a camera's id: whatever an id may not hold becomes '-'.
std::string id_of(const WatchOptions& options) {
  if (!options.camera_id.empty()) return options.camera_id;
  std::string id = options.stream_name.substr(0, 256);
  for (char& letter : id) {
    if (!config::is_camera_id(std::string(1, letter)) && letter != '.') letter = '-';
  }
  return config::is_camera_id(id) ? id : "stream";
}

video::KvsOptions kvs_options(const WatchOptions& options) {
  video::KvsOptions kvs;
  kvs.stream_name = options.stream_name;
  kvs.region = options.region;
  kvs.endpoint_url = options.endpoint_url;
  kvs.hls_session_seconds = options.hls_session_seconds;
  kvs.refresh_margin_seconds = std::min(kvs.refresh_margin_seconds, options.hls_session_seconds / 2);
  if (options.target_fps == 0) kvs.decode = video::DecodePolicy::all;
  return kvs;
}

/// Says what is wrong with the options as those of a camera; nothing when all is well.
std::optional<std::string> problem(const video::KvsOptions& kvs) {
  for (const config::Rule& rule : video::KvsOptions::table().rules()) {
    if (const auto expected = rule.broken(&kvs))
      return fmt::format("{}: expected {}", flag(rule.key), *expected);
  }
  return std::nullopt;
}

/// Null where there is nothing to show it on, which is told. Error: there is, and it cannot be used.
Result<std::unique_ptr<window::Window>> open_display(const WatchOptions& options,
                                                     const std::string& camera_id, Context& context) {
  if (options.no_display) return nullptr;
  const auto set = [&](const char* name) { return !context.environment(name).value_or("").empty(); };
  if (!set("DISPLAY") && !set("QT_QPA_PLATFORM")) {
    context.err << "kinesight: no window, as DISPLAY is not set"
                << (set("WAYLAND_DISPLAY") ? " (in a Wayland session Xwayland sets it)" : "") << "\n";
    return nullptr;
  }
  auto window = window::open_window("kinesight: " + camera_id, Screen::kWidth, Screen::kHeight);
  if (!window)
    return fail(window.error().kind, "{}. With --no-display none is needed", window.error().message);
  return window;
}

/// Null where no port was asked for.
Result<std::unique_ptr<http::Server>> serve_metrics(int port, telemetry::Telemetry telemetry,
                                                    Context& context) {
  if (port == 0) return nullptr;
  http::ApiSources sources;
  sources.metrics_text = [telemetry] { return telemetry.metrics.text(); };
  sources.health = [telemetry] {
    return http::HealthReport{telemetry.health.state(), telemetry.health.reasons()};
  };
  sources.service = "kinesight-watch";
  http::ServerOptions where;
  where.host = "127.0.0.1";
  where.port = port;
  where.threads = 4;
  auto server = http::Server::start(where, std::move(sources), telemetry.log);
  if (server) context.err << "kinesight: metrics at " << (*server)->url() << "metrics\n";
  return server;
}

int columns_of_terminal() {
  winsize size{};
  if (isatty(STDERR_FILENO) == 0) return 0;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// Everything but the checks of the arguments.
Result<> watch(const WatchOptions& options, const video::KvsOptions& kvs, telemetry::Telemetry telemetry,
               Context& context, std::stop_token stop) {
  const std::string camera_id = id_of(options);
  const auto session =
      aws::Session::from_environment(context.environment, Clock::system(),
                                     [&log = telemetry.log](std::string_view note) { log.info(note); });
  if (!session) return std::unexpected(session.error());
  // Before there are other threads: the environment is written.
  const auto window = open_display(options, camera_id, context);
  if (!window) return std::unexpected(window.error());

  video::SourceContext about{.camera_id = camera_id,
                             .fps_target = options.target_fps > 0 ? options.target_fps : 240,
                             .telemetry = &telemetry,
                             .aws_session = [&]() -> Result<aws::Session*> { return session->get(); }};
  video::kvs_hls::KvsHlsSource source(kvs, about, Rng::from_entropy());
  const auto connection = [&source] {
    const auto metrics = source.metrics();
    return Connection{std::string(to_string(source.state())), metrics.reconnects, metrics.url_refreshes,
                      metrics.read_errors};
  };
  WatchReader reader({.camera_id = camera_id,
                      .max_frames = static_cast<std::uint64_t>(options.max_frames),
                      .target_fps = options.target_fps,
                      .at_pace = *window != nullptr,
                      .connection = connection},
                     source, telemetry, Clock::system(), Rng::from_entropy());
  const auto server = serve_metrics(options.metrics_port, telemetry, context);
  if (!server) return std::unexpected(server.error());
  return watch_until_end(reader,
                         {.out = context.out,
                          .err = context.err,
                          .json = options.json,
                          .columns = columns_of_terminal(),
                          .window = window->get()},
                         Clock::system(), stop);
}

int run_watch(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<WatchOptions>();
  const auto level = log_level(context, "WARNING");
  if (!level) {
    context.err << "kinesight: " << level.error().message << "\n";
    return kInvalid;
  }
  const auto kvs = kvs_options(options);
  if (const auto wrong = problem(kvs)) {
    context.err << "kinesight watch: " << *wrong << "\n";
    return kInvalid;
  }
  telemetry::Log log("kinesight_watch", telemetry::LogFormat::text, *level, stderr);
  telemetry::Metrics metrics(telemetry::kInferMetrics);
  telemetry::Health health;
  const ShutdownSignals signals([](int) {});
  const auto watched = watch(options, kvs, {log, metrics, health}, context, signals.token());
  if (watched) return kOk;
  context.err << "kinesight: " << watched.error().message << "\n";
  return kFailed;
}

}  // namespace

Subcommand watch_subcommand() { return {WatchOptions::table(), Group::around, run_watch}; }

}  // namespace kinesight::cli

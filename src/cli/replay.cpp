// kinesight replay: recordings through the real configuration of a camera, faster than real time.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <ostream>

#include "cli/pipelines.h"
#include "cli/progress.h"
#include "cli/replay/output.h"
#include "cli/replay/recording.h"
#include "cli/replay/summary.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "event/moment.h"
#include "infer/replay/rerun.h"

namespace kinesight::cli {
namespace {

struct ReplayOptions {
  std::vector<std::string> videos;
  std::string config;
  std::string camera;
  bool explain = false;
  std::string output;
  bool json = false;
  std::string start;
  static const config::Table& table();
};

const config::Table& ReplayOptions::table() {
  static const config::Table table =
      config::describe<ReplayOptions>(
          "replay",
          "Run recordings through the configuration of a camera, faster than real time: "
          "what would it have reported, and why not more?")
          .option("videos", &ReplayOptions::videos,
                  "The recordings, in the order in which they were taken; they count as one without a gap.")
          .operand()
          .required()
          .not_empty()
          .value_name("VIDEO")
          .option("config", &ReplayOptions::config, "The cameras.yaml.")
          .required()
          .not_empty()
          .value_name("FILE")
          .option(
              "camera", &ReplayOptions::camera,
              "The camera whose detectors, regions, gates and frame rate are used; not needed where there is "
              "only one.")
          .option("explain", &ReplayOptions::explain,
                  "Also say of what was found and raised no event why: score, region, size, confirmation, "
                  "cooldown.")
          .option("output", &ReplayOptions::output,
                  "Write events.ndjson, near_misses.ndjson (with --explain) and VIDEO.annotated.mp4 into "
                  "this folder.")
          .value_name("FOLDER")
          .option(
              "json", &ReplayOptions::json,
              "One JSON object a line: {\"event\": ...}, {\"near_miss\": ...}, at last {\"summary\": ...}.")
          .option("start", &ReplayOptions::start,
                  "When the first recording begins, e.g. 2026-01-31T12:00; without it the last one ends now.")
          .value_name("TIME");
  return table;
}

Result<std::optional<double>> start_of(const ReplayOptions& options) {
  if (options.start.empty()) return std::nullopt;
  const auto moment = event::parse_moment(options.start, Clock::system().wall_ms());
  if (!moment) return wrap(moment.error(), "--start");
  return static_cast<double>(*moment) / 1000;
}

/// Where everything that comes of the run goes.
infer::RerunListener listener(const ReplayOptions& options, ReplayOutput& output, ReplayPrinter& printer,
                              ProgressBar& bar) {
  constexpr std::int64_t kSteps = 100'000;
  infer::RerunListener listener;
  listener.progress = [&bar](double share) {
    bar.show(std::llround(share * static_cast<double>(kSteps)), kSteps);
  };
  listener.frame = [&output](std::size_t recording, const Frame& frame, const infer::Findings& findings) {
    return output.frame(recording, frame, findings.visible);
  };
  listener.event = [&output, &printer, &bar](const event::Envelope& event) {
    bar.clear();
    printer.event(event);
    return output.event(event);
  };
  if (!options.explain) return listener;
  listener.near_miss = [&output, &printer, &bar](const infer::NearMiss& miss) {
    bar.clear();
    printer.near_miss(miss);
    return output.near_miss(miss);
  };
  return listener;
}

Result<> replay(const ReplayOptions& options, Context& context) {
  const auto file = load_cameras(options.config, context);
  if (!file) return std::unexpected(file.error());
  const auto camera = camera_of(*file, options.camera);
  if (!camera) return std::unexpected(camera.error());
  const auto begin = start_of(options);
  if (!begin) return std::unexpected(begin.error());
  vision::Engine engine(engine_options(context));
  auto pipeline = pipeline_of_camera(**camera, engine, context);
  if (!pipeline) return std::unexpected(pipeline.error());
  const ShutdownSignals signals([](int) {});
  infer::Recordings recordings({options.videos.begin(), options.videos.end()},
                               recordings_for(**camera, context.components), *begin, Clock::system());
  if (auto opened = recordings.open(signals.token()); !opened) return opened;
  const double fps = (*camera)->options.fps_target;
  auto output = ReplayOutput::create(options.output, options.videos, fps, options.explain);
  if (!output) return std::unexpected(output.error());

  infer::RerunTotals totals;
  const auto began = Clock::system().steady();
  ReplayPrinter printer(context.out, options.json);
  ProgressBar bar("replaying");
  const auto listening = listener(options, *output, printer, bar);
  auto done = infer::rerun(recordings, *pipeline, (*camera)->id, fps, listening, signals.token(), totals);
  // What was done up to a failure, or to Ctrl-C, is worth having.
  const auto finished = output->finish();
  bar.clear();
  const double took = to_seconds(Clock::system().steady() - began);
  printer.summary(
      {.camera = (*camera)->id, .fps = fps, .totals = totals, .took = took, .written = output->files()});
  return done ? finished : done;
}

int run_replay(const config::Parsed& parsed, Context& context) {
  const auto done = replay(parsed.as<ReplayOptions>(), context);
  return done ? kOk : report_failure(done.error(), context);
}

}  // namespace

Subcommand replay_subcommand() { return {ReplayOptions::table(), Group::around, run_replay}; }

}  // namespace kinesight::cli

#include "infer/service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "http/serve.h"
#include "infer/api_texts.h"
#include "infer/backfill/backfill.h"
#include "infer/cloud_session.h"
#include "infer/control_api.h"
#include "infer/coverage/keeper.h"
#include "infer/fleet.h"
#include "infer/footage/footage.h"
#include "infer/history/history.h"
#include "infer/plans.h"
#include "infer/reload.h"
#include "infer/sinks.h"
#include "infer/supervisor.h"
#include "infer/web_api.h"

namespace kinesight::infer {
namespace {

constexpr auto kJoinPatience = std::chrono::seconds(5);
constexpr auto kFlushPatience = std::chrono::seconds(10);
constexpr auto kWaitStep = std::chrono::milliseconds(100);

/// Where every event goes: the configured publishers, then the dashboard.
std::vector<publish::Publisher*> sinks(const Publishers& publishers, FeedSink& feed) {
  std::vector<publish::Publisher*> result;
  for (const auto& publisher : publishers.all) result.push_back(publisher.get());
  result.push_back(&feed);
  return result;
}

/// Until the stop, the end of the time given, or the end of all sources.
void wait_for_the_end(const Supervisor& supervisor, Reloader& reloader, const ServiceSettings& settings,
                      telemetry::Telemetry telemetry, std::stop_token stop) {
  // The machine's clock and not the cameras': a person waits for this.
  Clock& clock = Clock::system();
  const auto begin = clock.steady();
  while (clock.wait_for(kWaitStep, stop)) {
    if (settings.reload_asked()) reloader.reload();
    if (settings.stop_after_seconds && to_seconds(clock.steady() - begin) >= *settings.stop_after_seconds) {
      return telemetry.log.info(fmt::format("Stopping after {} s, as asked", *settings.stop_after_seconds));
    }
    if (settings.stop_when_done && supervisor.all_ended()) {
      return telemetry.log.info("Stopping: every source has ended");
    }
  }
}

void flush(const Publishers& publishers, telemetry::Telemetry telemetry) {
  telemetry.log.info("Flushing publisher batches");
  for (const auto& publisher : publishers.all) {
    if (auto flushed = publisher->flush(kFlushPatience); !flushed) {
      telemetry.log.error(
          fmt::format("Publisher {} did not flush: {}", publisher->sink(), flushed.error().message));
    }
  }
}

/// "KDS final metrics: {'published': 1250, 'failed': 0}"
void log_final_metrics(const Publishers& publishers, telemetry::Telemetry telemetry) {
  for (const auto& publisher : publishers.all) {
    for (const auto& [sink, totals] : publisher->totals()) {
      std::string counts;
      for (const auto& [name, count] : totals) {
        counts += fmt::format("{}'{}': {}", counts.empty() ? "" : ", ", name, count);
      }
      std::string title = sink;
      for (char& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      telemetry.log.info(fmt::format("{} final metrics: {{{}}}", title, counts));
    }
  }
}

/// Of a file that is loaded again, too, this process has its share.
ParseCameras share_of_parsed(const ServiceSettings& settings) {
  return [parse = settings.parse, shard = settings.shard](std::string_view text) {
    auto file = parse(text);
    if (file) *file = shard.share_of(std::move(*file));
    return file;
  };
}

}  // namespace

Result<> run_service(const config::CamerasFile& file, const Kinds& kinds, const ServiceSettings& settings,
                     telemetry::Telemetry telemetry, Clock& clock, std::stop_token stop) {
  http::EventFeed feed;
  const auto& state_directory = file.service.state_directory;
  CloudSession cloud(settings.environment, clock, telemetry.log);
  auto publishers = make_publishers(
      file, kinds, {.telemetry = telemetry, .state_directory = state_directory, .clock = &clock}, cloud);
  if (!publishers) return std::unexpected(publishers.error());
  FeedSink feed_sink(feed);

  vision::Engine engine(
      {.patience = {}, .note = [&](std::string_view sentence) { telemetry.log.warning(sentence); }});
  const Surroundings surroundings{.kinds = kinds,
                                  .engine = engine,
                                  .clock = clock,
                                  .publishers = sinks(*publishers, feed_sink),
                                  .snapshot_prefix = publishers->snapshot_prefix,
                                  .cloud = &cloud,
                                  .telemetry = &telemetry};
  CoverageKeeper coverage(state_directory, telemetry, clock);
  Supervisor supervisor(telemetry, clock, {.initial_seconds = 1},
                        [&](const CameraWorker& gone) { coverage.leave(gone.coverage()); });
  Backfill backfill({}, state_directory, telemetry, clock, std::make_unique<SystemLoad>(clock),
                    Rng::from_entropy());
  auto paused = PausedCameras::load(state_directory);
  if (!paused) return std::unexpected(paused.error());
  Fleet fleet({surroundings, supervisor, coverage, backfill, telemetry}, std::move(*paused));
  fleet.apply(std::make_shared<config::CamerasFile>(settings.shard.share_of(file)));
  Reloader reloader(settings.config_path, share_of_parsed(settings), fleet, telemetry);
  Readiness readiness;
  const ControlApi control({.fleet = fleet, .reloader = reloader, .readiness = readiness});
  const WebApi api(fleet, engine, supervisor, *publishers, feed, telemetry, clock);
  History history(telemetry.metrics, clock);
  FootageStore footage(cloud, clock,
                       [&fleet](const std::string& id) { return stream_of(*fleet.file(), id); });
  auto sources = api.sources();
  sources.footage = [&](const auto& envelope, const auto& query) { return footage.around(envelope, query); };
  sources.about.schemas.push_back(described::kControlSchemas);
  sources.routes = control.routes();
  sources.routes.push_back(history.route());
  auto server = http::serve({settings.http, settings.http_token, state_directory, file.http},
                            std::move(sources), telemetry);
  if (!server) return std::unexpected(server.error());
  telemetry.log.info(
      fmt::format("Application initialized: config={}, http={}", settings.config_path, settings.http));

  supervisor.start();
  coverage.start();
  backfill.start();
  history.start();
  readiness.set(Readiness::State::ready);
  wait_for_the_end(supervisor, reloader, settings, telemetry, std::move(stop));
  readiness.set(Readiness::State::stopping);

  // The workers close their sources as they end; only then is there nothing left to flush behind.
  telemetry.log.info(fmt::format("Stopping {} workers", supervisor.size()));
  footage.stop();
  engine.close();  // Cameras that wait for their models would come to stop only one after the other.
  fleet.close();
  backfill.request_stop();
  auto stuck = supervisor.stop(kJoinPatience);
  if (!backfill.wait(kJoinPatience)) stuck.push_back("(backfill)");
  coverage.stop();
  flush(*publishers, telemetry);
  log_final_metrics(*publishers, telemetry);
  if (!stuck.empty()) {
    // Their threads still use what would be taken down here: there is no way back to main().
    telemetry.log.error(fmt::format("These cameras did not stop within 5 s, leaving without them: {}",
                                    fmt::join(stuck, ", ")));
    std::_Exit(EXIT_FAILURE);
  }
  telemetry.log.info("Graceful shutdown complete");
  return {};
}

}  // namespace kinesight::infer

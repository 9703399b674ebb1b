#include "clips/service.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "clips/broker/rabbitmq/consumer.h"
#include "clips/broker/rabbitmq/publisher.h"
#include "clips/crew.h"
#include "clips/discovery.h"
#include "clips/queue_keeper.h"
#include "clips/web_api.h"
#include "http/serve.h"

namespace kinesight::clips {
namespace {

constexpr auto kWaitStep = std::chrono::milliseconds(100);

std::filesystem::path in_state(const ClipsFile& file, std::string_view name) {
  return std::filesystem::path(file.service.state_directory) / name;
}

ProcessorOptions processor_options(const ClipsFile& file) {
  return {.clip = file.clip,
          .thumbnail = file.thumbnail,
          .next_queue = file.queues.next,
          .next = file.m0,
          .retry = file.retry};
}

/// The ledger of the scheduler: what replicas share where there is a cache.
Result<std::unique_ptr<Ledger>> make_ledger(const ClipsFile& file, Cache* cache, Clock& clock) {
  if (cache) return cache_ledger(*cache);
  return file_ledger(in_state(file, "schedule.json"), [&clock] { return clock.wall_ms(); });
}

/// The scheduler on its thread; nothing when it is switched off.
class Schedule {
 public:
  static Result<std::unique_ptr<Schedule>> start(const ClipsFile& file, Discovery& discovery,
                                                 Publisher& publisher, Cache* cache, Clock& clock,
                                                 telemetry::Telemetry telemetry) {
    if (!file.scheduler.enabled) return nullptr;
    auto ledger = make_ledger(file, cache, clock);
    if (!ledger) return std::unexpected(ledger.error());
    telemetry.log.info(fmt::format("Scheduler: a clip of {} s of every active camera, looked for every {} s",
                                   file.scheduler.clip_seconds, file.scheduler.interval_seconds));
    const Scheduler::Parts parts{discovery, **ledger, publisher, cache, clock, telemetry};
    auto scheduler = std::make_unique<Scheduler>(parts, file.scheduler, file.queues.tasks);
    return std::unique_ptr<Schedule>(new Schedule(std::move(*ledger), std::move(scheduler)));
  }

 private:
  Schedule(std::unique_ptr<Ledger> ledger, std::unique_ptr<Scheduler> scheduler)
      : ledger_(std::move(ledger)),
        scheduler_(std::move(scheduler)),
        worker_("scheduler", [this](std::stop_token stop) { scheduler_->run(std::move(stop)); }) {}

  const std::unique_ptr<Ledger> ledger_;
  const std::unique_ptr<Scheduler> scheduler_;
  Worker worker_;  // The last member: its thread uses the others.
};

/// Until the stop, or the loss of the sandbox.
Result<> wait_for_the_end(const Sandbox& sandbox, Clock& clock, std::stop_token stop) {
  while (clock.wait_for(kWaitStep, stop)) {
    if (sandbox.ready()) continue;
    return fail(
        ErrorKind::unavailable,
        "the process that clips are parsed in has ended; the service ends so that it is started anew");
  }
  return {};
}

/// All parts; the members stand in the order of the start, and end in the opposite one.
class Service {
 public:
  Service(const ClipsFile& file, const ServiceSettings& settings, Sandbox& sandbox,
          telemetry::Telemetry telemetry, Clock& clock)
      : file_(file), settings_(settings), sandbox_(sandbox), telemetry_(telemetry), clock_(clock) {}

  /// In this order: settings and credentials, storage, RabbitMQ and its queues, Kinesis Video Streams, Redis,
  /// the API, then the consumer. That RabbitMQ or Redis are away keeps nothing from starting.
  Result<> start(const storage::StoreKind& store) {
    if (auto done = reach_store(store); !done) return done;
    reach_broker();
    if (auto done = reach_streams(); !done) return done;
    if (auto done = serve(); !done) return done;
    return set_to_work();
  }

  Result<> run(std::stop_token stop) {
    const auto ended = wait_for_the_end(sandbox_, clock_, std::move(stop));
    telemetry_.log.info("Stopping: no more tasks are taken");
    api_stop_.request_stop();
    stop_crew(ended ? seconds_duration(file_.service.stop_seconds) : Clock::Duration(0));
    return ended;
  }

 private:
  Result<> reach_store(const storage::StoreKind& kind) {
    auto files = WorkFiles::open(in_state(file_, "work"));
    if (!files) return std::unexpected(files.error());
    files_ = std::move(*files);
    auto session = aws::Session::from_environment(
        settings_.environment, clock_, [&log = telemetry_.log](std::string_view note) { log.warning(note); });
    if (!session) return std::unexpected(session.error());
    session_ = std::move(*session);
    auto store = kind.make(file_.storage.options, *session_);
    if (!store) return std::unexpected(wrap(store.error(), "storage").error());
    store_ = std::move(*store);
    telemetry_.log.info("Storage: clips go to " + store_->address("live/"));
    return {};
  }

  void reach_broker() {
    publisher_.emplace(file_.rabbitmq, clock_, telemetry_);
    queues_.emplace(file_.rabbitmq, file_.queues, telemetry_);
    const std::string trouble = queues_->look();  // Before somebody asks for one of them.
    consumer_.emplace(file_.rabbitmq, file_.queues.tasks, clock_, telemetry_);
    keeper_.emplace(*queues_, trouble, file_.rabbitmq, [this] { return connected(); }, clock_, telemetry_);
  }

  bool connected() const { return publisher_->connected() && consumer_->connected(); }

  Result<> reach_streams() {
    auto streams =
        kvs_streams(*session_, {.region = file_.kvs.region, .endpoint_url = file_.kvs.endpoint_url});
    if (!streams) return wrap(streams.error(), "kvs");
    streams_ = std::move(*streams);
    if (!file_.redis.host.empty()) cache_ = redis_cache(file_.redis, clock_);
    telemetry_.log.info(cache_ ? fmt::format("Redis: {}:{}", file_.redis.host, file_.redis.port)
                               : "Redis: none; cameras are asked for each time, and one replica schedules");
    const auto remembered = std::chrono::milliseconds(std::llround(file_.redis.ttl_seconds * 1000));
    discovery_.emplace(*streams_, cache_.get(), remembered, clock_, telemetry_);
    return {};
  }

  Result<> serve() {
    api_.emplace(WebApi::Parts{.discovery = *discovery_,
                               .streams = *streams_,
                               .publisher = *publisher_,
                               .cache = cache_.get(),
                               .clock = clock_,
                               .telemetry = telemetry_,
                               .broker_connected = [this] { return connected(); },
                               .queues = file_.queues,
                               .clip_seconds = file_.scheduler.clip_seconds,
                               .clip = file_.clip,
                               .stop = api_stop_.get_token()});
    auto server =
        http::serve({settings_.http, settings_.http_token, file_.service.state_directory, file_.http},
                    api_->sources(), telemetry_);
    if (!server) return std::unexpected(server.error());
    server_ = std::move(*server);
    return {};
  }

  Result<> set_to_work() {
    tools_.emplace(sandbox_);
    maker_.emplace(*streams_, *tools_, *files_, clock_, file_.clip);
    processor_.emplace(Processor::Parts{*streams_, *maker_, *tools_, *files_, *store_, *publisher_,
                                        cache_.get(), clock_, telemetry_},
                       processor_options(file_));
    handler_.emplace(TaskHandler::Parts{*processor_, *publisher_, *consumer_, clock_, telemetry_},
                     file_.queues, file_.retry, file_.service.max_deliveries, file_.clip.publish_seconds);
    auto schedule = Schedule::start(file_, *discovery_, *publisher_, cache_.get(), clock_, telemetry_);
    if (!schedule) return std::unexpected(schedule.error());
    schedule_ = std::move(*schedule);
    crew_.emplace(file_.service.workers, *consumer_, *handler_, telemetry_);
    telemetry_.log.info(fmt::format("Application initialized: config={}, http={}, workers={}",
                                    settings_.config_path, settings_.http, file_.service.workers));
    return {};
  }

  /// Ends the process where there is no way back to main().
  void stop_crew(Clock::Duration patience) {
    if (crew_->stop(patience)) return;
    telemetry_.log.error(
        "A worker did not stop within 5 s: leaving without it, its task goes back to the queue");
    telemetry_.log.flush();
    std::_Exit(EXIT_FAILURE);
  }

  const ClipsFile& file_;
  const ServiceSettings& settings_;
  Sandbox& sandbox_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;

  std::unique_ptr<WorkFiles> files_;
  std::unique_ptr<aws::Session> session_;
  std::unique_ptr<storage::ObjectStore> store_;
  std::optional<RabbitMqPublisher> publisher_;
  std::optional<QueueSetup> queues_;
  std::optional<RabbitMqConsumer> consumer_;
  std::optional<QueueKeeper> keeper_;
  std::unique_ptr<CameraStreams> streams_;
  std::unique_ptr<Cache> cache_;
  std::optional<Discovery> discovery_;
  std::stop_source api_stop_;
  std::optional<WebApi> api_;
  std::unique_ptr<http::Server> server_;
  std::optional<video::ClipTools> tools_;
  std::optional<ClipMaker> maker_;
  std::optional<Processor> processor_;
  std::optional<TaskHandler> handler_;
  std::unique_ptr<Schedule> schedule_;
  std::optional<Crew> crew_;
};

}  // namespace

Result<> run_service(const ClipsFile& file, const storage::StoreKind& store, const ServiceSettings& settings,
                     Sandbox& sandbox, telemetry::Telemetry telemetry, Clock& clock, std::stop_token stop) {
  {
    Service service(file, settings, sandbox, telemetry, clock);
    if (auto done = service.start(store); !done) return done;
    if (auto done = service.run(std::move(stop)); !done) return done;
  }
  telemetry.log.info("Graceful shutdown complete");
  return {};
}

}  // namespace kinesight::clips

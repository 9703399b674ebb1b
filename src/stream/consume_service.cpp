#include "stream/consume_service.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "aws/services/dynamodb.h"
#include "event/moment.h"
#include "http/serve.h"
#include "storage/directory_files.h"
#include "storage/lock_file.h"
#include "stream/consumer/consumer.h"
#include "stream/consumer/happenings.h"
#include "stream/memory/memory_stream.h"
#include "stream/producer/producer.h"
#include "stream/simulator/simulator.h"
#include "stream/tables/dynamo_tables.h"
#include "stream/tables/local_tables.h"

namespace kinesight::stream {
namespace {

constexpr auto kWaitStep = std::chrono::milliseconds(100);
constexpr BackoffPolicy kRestarts{.initial_seconds = 1, .max_seconds = 30};

/// Whether the same may go well another time.
bool may_pass(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled;
}

/// Where reading begins when there is no checkpoint; nothing: there has to be one.
Result<std::optional<Position>> start_of(const KinesisOptions& options, std::int64_t now_ms) {
  switch (options.start) {
    case StartAt::latest:
      return Position::latest();
    case StartAt::trim_horizon:
      return Position::trim_horizon();
    case StartAt::timestamp: {
      const auto when = event::parse_moment(options.start_timestamp, now_ms);
      if (!when) return wrap(when.error(), "kinesis.start_timestamp");
      return Position::at(*when);
    }
    case StartAt::checkpoint:
      return std::nullopt;
  }
  std::unreachable();
}

/// A simulated feed on its way into a stream of this process.
class SimulatedStream {
 public:
  SimulatedStream(const StreamFile& file, Clock& clock, telemetry::Log& log)
      : stream_(kShards, clock),
        simulator_(file.simulator, clock),
        producer_({.options = producing(file), .record = file.record}, simulator_, stream_, clock,
                  Rng::from_entropy(), [&log](const Error& why) { log.warning(why.message); }),
        worker_("simulator", [this](const std::stop_token& stop) { (void)producer_.run(stop); }) {}

  MemoryStream& stream() { return stream_; }

 private:
  static constexpr int kShards = 4;
  /// What the simulation broke is to reach the consumer.
  static ProducerOptions producing(const StreamFile& file) {
    ProducerOptions options = file.produce;
    options.broken = BrokenRecords::send;
    options.stop_seconds = 0;
    return options;
  }

  MemoryStream stream_;
  Simulator simulator_;
  Producer producer_;
  Worker worker_;  // The last member: its thread uses the others.
};

/// All parts; the members stand in the order of the start, and end in the opposite one.
class Service {
 public:
  Service(const StreamFile& file, const ConsumeSettings& settings, telemetry::Telemetry telemetry,
          Clock& clock)
      : file_(file), settings_(settings), telemetry_(telemetry), clock_(clock) {}

  Result<> start() {
    if (auto done = take_state(); !done) return done;
    if (auto done = reach_stream(); !done) return done;
    if (auto done = reach_tables(); !done) return done;
    auto server =
        http::serve({settings_.http, settings_.http_token, file_.service.state_directory, file_.http},
                    http::sources_of("kinesight-stream", telemetry_), telemetry_);
    if (!server) return std::unexpected(server.error());
    server_ = std::move(*server);
    return {};
  }

  Result<> run(std::stop_token stop) {
    Result<> ended;
    Worker worker("consumer", [&](std::stop_token inner) { ended = consume(std::move(inner)); });
    const auto begin = clock_.steady();
    while (worker.alive() && clock_.wait_for(kWaitStep, stop)) {
      if (settings_.duration_seconds && to_seconds(clock_.steady() - begin) >= *settings_.duration_seconds) {
        telemetry_.log.info(fmt::format("Stopping after {} s, as asked", *settings_.duration_seconds));
        break;
      }
    }
    worker.request_stop();
    while (!worker.wait(kWaitStep)) {
    }
    if (const auto failure = worker.failure()) return std::unexpected(*failure);
    if (!ended && ended.error().kind == ErrorKind::cancelled) return {};
    return ended;
  }

 private:
  Result<> take_state() {
    const std::filesystem::path directory = file_.service.state_directory;
    if (auto made = storage::make_folders(directory); !made) return made;
    auto lock = storage::LockFile::acquire(directory / "consumer.lock");
    if (!lock) return std::unexpected(lock.error());
    lock_.emplace(std::move(*lock));
    return {};
  }

  Result<> reach_stream() {
    if (settings_.simulate) {
      simulated_.emplace(file_, clock_, telemetry_.log);
      stream_ = "simulated";
      return {};
    }
    if (auto done = reach_aws(); !done) return done;
    const aws::ClientOptions options{file_.kinesis.region, file_.kinesis.endpoint_url};
    auto region = session_->region(options.region);
    if (!region) return wrap(region.error(), "kinesis");
    stream_ = fmt::format("{} in {}", file_.kinesis.stream_name, *region);
    auto kinesis = aws::Kinesis::make(*session_, options);
    if (!kinesis) return wrap(kinesis.error(), "kinesis");
    kinesis_.emplace(std::move(*kinesis), file_.kinesis.stream_name);
    return {};
  }

  Result<> reach_aws() {
    if (session_) return {};
    auto session = aws::Session::from_environment(
        settings_.environment, clock_, [&log = telemetry_.log](std::string_view note) { log.warning(note); });
    if (!session) return std::unexpected(session.error());
    session_ = std::move(*session);
    return {};
  }

  Result<> reach_tables() {
    const TableColumns columns{file_.record.key, plan_of(file_.windows).aggregates};
    if (settings_.local) {
      auto tables = LocalTables::open(file_.service.state_directory, columns, telemetry_, clock_);
      if (!tables) return std::unexpected(tables.error());
      tables_ = std::move(*tables);
      telemetry_.log.info("Tables: SQLite in " + file_.service.state_directory);
      return {};
    }
    if (auto done = reach_aws(); !done) return done;
    auto dynamodb = aws::DynamoDb::make(*session_, {file_.tables.region, file_.tables.endpoint_url});
    if (!dynamodb) return wrap(dynamodb.error(), "tables");
    tables_ = std::make_unique<DynamoTables>(*dynamodb, file_.tables, columns, telemetry_, clock_);
    telemetry_.log.info(fmt::format("Tables: DynamoDB's {}, {} and {}", file_.tables.realtime,
                                    file_.tables.windows, file_.tables.dead_letters));
    return {};
  }

  /// Runs one consumer after the other, until the stop or an error that stays.
  Result<> consume(std::stop_token stop) {
    Backoff backoff(kRestarts, Rng::from_entropy());
    for (;;) {
      const auto begun = clock_.steady();
      const auto ended = consume_once(stop);
      if (ended || stop.stop_requested() || !may_pass(ended.error())) return ended;
      // Long after the last trouble this one is another.
      if (clock_.steady() - begun > seconds_duration(10 * kRestarts.max_seconds)) backoff.reset();
      const auto pause = backoff.next();
      telemetry_.emit(ConsumerRestarts{ended.error(), to_seconds(pause)});
      if (!clock_.wait_for(pause, stop)) return {};
    }
  }

  Result<> consume_once(const std::stop_token& stop) {
    auto state = StreamState::open(file_.service.state_directory, stream_);
    if (!state) return std::unexpected(state.error());
    auto start = start_of(file_.kinesis, clock_.wall_ms());
    if (!start) return std::unexpected(start.error());
    Consumer consumer({source(), *tables_, *state, clock_, telemetry_},
                      {file_.record, file_.realtime, file_.windows, file_.consume}, *start);
    const auto ended = consumer.run(stop);
    telemetry_.emit(ConsumerEnded{consumer.counts()});
    return ended;
  }

  ShardSource& source() {
    if (simulated_) return simulated_->stream();
    return *kinesis_;
  }

  const StreamFile& file_;
  const ConsumeSettings& settings_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;
  std::optional<storage::LockFile> lock_;
  std::unique_ptr<aws::Session> session_;
  std::string stream_;
  std::optional<KinesisShards> kinesis_;
  std::optional<SimulatedStream> simulated_;
  std::unique_ptr<Tables> tables_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

Result<> run_consumer(const StreamFile& file, const ConsumeSettings& settings, telemetry::Telemetry telemetry,
                      Clock& clock, std::stop_token stop) {
  {
    Service service(file, settings, telemetry, clock);
    if (auto done = service.start(); !done) return done;
    telemetry.log.info(fmt::format("Application initialized: config={}, http={}, stream={}",
                                   settings.config_path.empty() ? "none" : settings.config_path,
                                   settings.http, file.kinesis.stream_name));
    if (auto done = service.run(std::move(stop)); !done) return done;
  }
  telemetry.log.info("Graceful shutdown complete");
  return {};
}

}  // namespace kinesight::stream

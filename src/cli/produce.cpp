// kinesight produce: records into a Kinesis data stream.
#include <malloc.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "base/worker.h"
#include "cli/cloud.h"
#include "cli/log_options.h"
#include "cli/produce/input.h"
#include "cli/produce/line_sink.h"
#include "cli/produce/options.h"
#include "cli/produce/report.h"
#include "cli/produce/telling_sink.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "http/serve.h"
#include "stream/producer/happenings.h"
#include "stream/producer/observed_sink.h"
#include "stream/producer/producer.h"
#include "stream/spool/disk_spool.h"
#include "telemetry/catalog.h"

namespace kinesight::cli {
namespace {

/// How often metrics are brought up to date.
constexpr auto kBetweenStands = std::chrono::milliseconds(500);

/// What of `file` the command line overrides.
void apply(const ProduceOptions& options, stream::StreamFile& file) {
  if (!options.stream.empty()) file.kinesis.stream_name = options.stream;
  if (!options.region.empty()) file.kinesis.region = options.region;
  if (!options.endpoint_url.empty()) file.kinesis.endpoint_url = options.endpoint_url;
  auto& produce = file.produce;
  produce.strict_order |= options.strict_order;
  produce.aggregate |= options.aggregate;
  if (!options.spool.empty()) produce.spool = options.spool;
  if (options.spool_mb) produce.spool_mb = *options.spool_mb;
  if (options.broken == BrokenChoice::refuse) produce.broken = stream::BrokenRecords::refuse;
  if (options.broken == BrokenChoice::send) produce.broken = stream::BrokenRecords::send;
  if (produce.broken == stream::BrokenRecords::by_source) {
    const bool simulated = options.mode != ProduceMode::files;
    produce.broken = simulated ? stream::BrokenRecords::send : stream::BrokenRecords::refuse;
  }
  if (options.output == ProduceOutput::kinesis) return;
  produce.in_flight = 1;  // In the order in which they come.
  produce.aggregate = false;
  produce.spool.clear();
}

/// Where the records go, and what they go through.
struct Destination {
  std::unique_ptr<aws::Session> session;
  std::unique_ptr<stream::RecordSink> sink;
  std::string name;  ///< The stream and its region.
};

Result<Destination> destination(const ProduceOptions& options, const stream::StreamFile& file,
                                Context& context) {
  if (options.output == ProduceOutput::lines)
    return Destination{{}, std::make_unique<LineSink>(context.out), {}};
  if (file.produce.aggregate)
    if (auto possible = stream::AggregatingSink::possible(); !possible)
      return std::unexpected(possible.error());
  auto session = aws_session(context);
  if (!session) return std::unexpected(session.error());
  const auto region = (*session)->region(file.kinesis.region);
  if (!region) return wrap(region.error(), "kinesis");
  auto kinesis = aws::Kinesis::make(**session, {.region = *region, .endpoint_url = file.kinesis.endpoint_url},
                                    file.produce.protocol);
  if (!kinesis) return wrap(kinesis.error(), "kinesis");
  return Destination{std::move(*session),
                     std::make_unique<stream::KinesisSink>(file.kinesis.stream_name, std::move(*kinesis)),
                     fmt::format("{} in {}", file.kinesis.stream_name, *region)};
}

void report_summary(const ProduceOptions& options, const ProduceSummary& summary, Context& context) {
  auto& into = options.output == ProduceOutput::lines ? context.err : context.out;
  into << (options.json ? summary_json(summary).dump() + "\n" : summary_text(summary)) << std::flush;
}

/// A stream that is not there is what a first run stumbles over.
Error with_advice(Error error) {
  if (error.kind == ErrorKind::not_found)
    error.message += " (kinesight provision --of stream makes the stream that --config names)";
  return error;
}

/// What a run is made of; the members stand in the order of the start.
struct Parts {
  const Input& input;
  stream::ObservedSink& sink;
  stream::DiskSpool* spool = nullptr;
  telemetry::Telemetry telemetry;
};

Result<std::unique_ptr<stream::DiskSpool>> open_spool(const stream::ProducerOptions& produce,
                                                      const std::string& stream,
                                                      telemetry::Telemetry telemetry) {
  if (produce.spool.empty()) return nullptr;
  return stream::DiskSpool::open({.folder = produce.spool,
                                  .max_bytes = static_cast<std::uint64_t>(produce.spool_mb) << 20,
                                  .stream = stream},
                                 telemetry, Clock::system());
}

/// Nothing where --http does not ask for one.
Result<std::unique_ptr<http::Server>> serve(const ProduceOptions& options, const stream::StreamFile& file,
                                            telemetry::Telemetry telemetry, Context& context) {
  if (options.http.empty()) return nullptr;
  return http::serve({.address = options.http,
                      .token = context.environment("KINESIGHT_HTTP_TOKEN").value_or(""),
                      .state_directory = file.service.state_directory,
                      .options = file.http},
                     http::sources_of("kinesight-produce", telemetry), telemetry);
}

stream::ProducerStands standing(const stream::Producer& producer, const Parts& parts, long spool_mb) {
  stream::ProducerStands stands{.progress = producer.progress(),
                                .in_flight = parts.sink.in_flight(),
                                .spool = {},
                                .spool_limit_bytes = static_cast<std::uint64_t>(spool_mb) << 20};
  if (parts.spool != nullptr) stands.spool = parts.spool->state();
  return stands;
}

int produce(const ProduceOptions& options, const stream::StreamFile& file, const Parts& parts,
            const std::stop_token& stop, Context& context) {
  Clock& clock = Clock::system();
  ProduceReport report(context.err, isatty(STDERR_FILENO) == 1, clock);
  stream::ProducerSettings settings{
      .options = file.produce, .record = file.record, .rate = parts.input.rate, .seconds = options.duration};
  if (options.count) settings.count = static_cast<std::uint64_t>(*options.count);
  TellingSink telling_sink(parts.sink, report);
  stream::Producer producer(
      std::move(settings), *parts.input.source, telling_sink, clock, Rng::from_entropy(),
      [&report](const Error& why) { report.lost(why); }, parts.spool);
  const auto began = clock.steady();
  const auto stand = [&] { parts.telemetry.emit(standing(producer, parts, file.produce.spool_mb)); };
  std::optional<Worker> telling, standing_by;
  // Records that a person reads are all there is to see.
  if (options.output == ProduceOutput::kinesis || !context.out_is_terminal) {
    telling.emplace("progress", [&](const std::stop_token& ended) {
      while (clock.wait_for(report.interval(), ended)) report.progress(producer.progress());
    });
  }
  if (!options.http.empty()) {
    standing_by.emplace("metrics", [&](const std::stop_token& ended) {
      do stand();
      while (clock.wait_for(kBetweenStands, ended));
    });
  }
  const auto done = producer.run(stop);
  telling.reset();
  standing_by.reset();
  report.end();
  const ProduceSummary summary{producer.progress(), to_seconds(clock.steady() - began),
                               parts.input.simulator};
  report_summary(options, summary, context);
  if (!done) return report_failure(with_advice(done.error()), context);
  return summary.lost_any() ? kFailed : kOk;
}

/// Requests, and what libcurl sends them by, come and go by hundreds of kilobytes: as things are they go back
/// to the system each time, and the next ones are cleared and mapped page by page.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 2 * 1024 * 1024);
  mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024);
}

int run_produce(const config::Parsed& parsed, Context& context) {
  keep_freed_memory();
  const auto& options = parsed.as<ProduceOptions>();
  auto file = load_stream(options.config, context);
  if (!file) return report_failure(file.error(), context);
  apply(options, *file);
  const auto level = log_level(context, options.http.empty() ? "WARNING" : "INFO");
  if (!level) return report_failure(level.error(), context);
  const auto input = open_input(options, *file, Clock::system());
  if (!input) return report_failure(input.error(), context);
  const ShutdownSignals signals([](int) {});
  telemetry::Log log("kinesight_produce", telemetry::LogFormat::text, *level, stderr);
  telemetry::Metrics metrics(telemetry::kProduceMetrics);
  telemetry::Health health;
  const telemetry::Telemetry telemetry{log, metrics, health};
  const auto to = destination(options, *file, context);
  if (!to) return report_failure(to.error(), context);
  const auto spool = open_spool(file->produce, to->name, telemetry);
  if (!spool) return report_failure(spool.error(), context);
  const auto server = serve(options, *file, telemetry, context);
  if (!server) return report_failure(server.error(), context);
  stream::ObservedSink sink(*to->sink, telemetry);
  return produce(options, *file, {*input, sink, spool->get(), telemetry}, signals.token(), context);
}

}  // namespace

Subcommand produce_subcommand() { return {ProduceOptions::table(), Group::jobs, run_produce}; }

}  // namespace kinesight::cli

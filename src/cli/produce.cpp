// kinesight produce: records into a Kinesis data stream.
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "base/worker.h"
#include "cli/cloud.h"
#include "cli/produce/input.h"
#include "cli/produce/line_sink.h"
#include "cli/produce/options.h"
#include "cli/produce/report.h"
#include "cli/produce/telling_sink.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "stream/producer/producer.h"

namespace kinesight::cli {
namespace {

/// What of `file` the command line overrides.
void apply(const ProduceOptions& options, stream::StreamFile& file) {
  if (!options.stream.empty()) file.kinesis.stream_name = options.stream;
  if (!options.region.empty()) file.kinesis.region = options.region;
  if (!options.endpoint_url.empty()) file.kinesis.endpoint_url = options.endpoint_url;
  auto& produce = file.produce;
  produce.strict_order |= options.strict_order;
  produce.aggregate |= options.aggregate;
  if (options.broken == BrokenChoice::refuse) produce.broken = stream::BrokenRecords::refuse;
  if (options.broken == BrokenChoice::send) produce.broken = stream::BrokenRecords::send;
  if (produce.broken == stream::BrokenRecords::by_source) {
    const bool simulated = options.mode != ProduceMode::files;
    produce.broken = simulated ? stream::BrokenRecords::send : stream::BrokenRecords::refuse;
  }
  if (options.output == ProduceOutput::kinesis) return;
  produce.in_flight = 1;  // In the order in which they come.
  produce.aggregate = false;
}

/// Where the records go, and what they go through.
struct Destination {
  std::unique_ptr<aws::Session> session;
  std::unique_ptr<stream::RecordSink> sink;
};

Result<Destination> destination(const ProduceOptions& options, const stream::StreamFile& file,
                                Context& context) {
  if (options.output == ProduceOutput::lines) return Destination{{}, std::make_unique<LineSink>(context.out)};
  if (file.produce.aggregate)
    if (auto possible = stream::AggregatingSink::possible(); !possible)
      return std::unexpected(possible.error());
  auto session = aws_session(context);
  if (!session) return std::unexpected(session.error());
  auto kinesis = aws::Kinesis::make(
      **session, {.region = file.kinesis.region, .endpoint_url = file.kinesis.endpoint_url});
  if (!kinesis) return wrap(kinesis.error(), "kinesis");
  return Destination{std::move(*session),
                     std::make_unique<stream::KinesisSink>(file.kinesis.stream_name, std::move(*kinesis))};
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

int produce(const ProduceOptions& options, const stream::StreamFile& file, const Input& input,
            stream::RecordSink& sink, const std::stop_token& stop, Context& context) {
  Clock& clock = Clock::system();
  ProduceReport report(context.err, isatty(STDERR_FILENO) == 1, clock);
  stream::ProducerSettings settings{
      .options = file.produce, .record = file.record, .rate = input.rate, .seconds = options.duration};
  if (options.count) settings.count = static_cast<std::uint64_t>(*options.count);
  TellingSink telling_sink(sink, report);
  stream::Producer producer(std::move(settings), *input.source, telling_sink, clock, Rng::from_entropy(),
                            [&report](const Error& why) { report.lost(why); });
  const auto began = clock.steady();
  std::optional<Worker> telling;
  // Records that a person reads are all there is to see.
  if (options.output == ProduceOutput::kinesis || !context.out_is_terminal) {
    telling.emplace("progress", [&](const std::stop_token& ended) {
      while (clock.wait_for(report.interval(), ended)) report.progress(producer.progress());
    });
  }
  const auto done = producer.run(stop);
  telling.reset();
  report.end();
  const ProduceSummary summary{producer.progress(), to_seconds(clock.steady() - began), input.simulator};
  report_summary(options, summary, context);
  if (!done) return report_failure(with_advice(done.error()), context);
  return summary.lost_any() ? kFailed : kOk;
}

int run_produce(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ProduceOptions>();
  auto file = load_stream(options.config, context);
  if (!file) return report_failure(file.error(), context);
  apply(options, *file);
  const auto input = open_input(options, *file, Clock::system());
  if (!input) return report_failure(input.error(), context);
  const ShutdownSignals signals([](int) {});
  const auto to = destination(options, *file, context);
  if (!to) return report_failure(to.error(), context);
  return produce(options, *file, *input, *to->sink, signals.token(), context);
}

}  // namespace

Subcommand produce_subcommand() { return {ProduceOptions::table(), Group::jobs, run_produce}; }

}  // namespace kinesight::cli

#include "stream/multilang/service.h"

#include "aws/services/dynamodb.h"
#include "aws/services/kinesis.h"
#include "aws/session.h"
#include "stream/consumer/happenings.h"
#include "stream/multilang/conversation.h"
#include "stream/multilang/dynamo_progress.h"
#include "stream/multilang/metrics_file.h"
#include "stream/tables/dynamo_tables.h"

namespace kinesight::stream::multilang {

Result<> run(const StreamFile& file, const Settings& settings, InputDescriptor in, std::FILE* out,
             telemetry::Telemetry telemetry, Clock& clock, std::stop_token stop) {
  if (file.windows.time == WindowTime::processing) {
    return fail(
        ErrorKind::invalid,
        "windows.time: expected event with --multilang, found processing: whoever takes a shard over reads "
        "the records of its open windows again, at another time");
  }
  auto session = aws::Session::from_environment(
      settings.environment, clock, [&log = telemetry.log](std::string_view note) { log.warning(note); });
  if (!session) return std::unexpected(session.error());
  auto kinesis = aws::Kinesis::make(**session, {file.kinesis.region, file.kinesis.endpoint_url});
  if (!kinesis) return wrap(kinesis.error(), "kinesis");
  auto dynamodb = aws::DynamoDb::make(**session, {file.tables.region, file.tables.endpoint_url});
  if (!dynamodb) return wrap(dynamodb.error(), "tables");

  KinesisShards source(std::move(*kinesis), file.kinesis.stream_name);
  DynamoTables tables(*dynamodb, file.tables, {file.record.key, plan_of(file.windows).aggregates}, telemetry,
                      clock);
  DynamoProgress progress(*dynamodb, file.tables.shards, clock, telemetry);
  Conversation daemon(std::move(in), out, clock, telemetry);
  ShardProcessor processor({source, tables, progress, daemon, clock, telemetry},
                           {file.record, file.realtime, file.windows, file.consume});
  std::unique_ptr<MetricsFile> metrics;
  const auto show = [&](const std::string& shard) {
    metrics.reset();
    if (shard.empty() || settings.metrics_directory.empty()) return;
    auto opened = MetricsFile::open(settings.metrics_directory, shard, clock, telemetry);
    if (opened)
      metrics = std::move(*opened);
    else
      telemetry.log.error("Metrics: " + opened.error().message);
  };
  auto ended = daemon.run(processor, show, std::move(stop));
  telemetry.emit(ConsumerEnded{processor.counts()});
  if (!ended && ended.error().kind == ErrorKind::cancelled) return {};  // What was not done is read again.
  return ended;
}

}  // namespace kinesight::stream::multilang

// kinesight provision: makes what a configuration needs in AWS, or says how what is there differs.
#include <fmt/format.h>

#include <ostream>

#include "cli/cloud.h"
#include "cli/components.h"
#include "cli/job.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "publish/kds/provision.h"
#include "stream/tables/provision.h"

namespace kinesight::cli {
namespace {

struct ProvisionCommandOptions {
  Job of = Job::infer;
  std::string config;
  bool dry_run = false;
  bool on_demand = false;
  static const config::Table& table();
};

const config::Table& ProvisionCommandOptions::table() {
  static const config::Table table =
      config::describe<ProvisionCommandOptions>(
          "provision",
          "Create the streams, buckets and tables that a configuration needs, where they are absent; verify "
          "them where they are there. Changes nothing that exists.")
          .choice("of", &ProvisionCommandOptions::of, {{"infer", Job::infer}, {"stream", Job::stream}},
                  "Whose: infer, what the publishers of a cameras.yaml need; stream, the stream and the four "
                  "tables of a stream.yaml.")
          .option("config", &ProvisionCommandOptions::config,
                  "The cameras.yaml or stream.yaml. Of stream without it: the air-quality feed.")
          .value_name("FILE")
          .option("dry_run", &ProvisionCommandOptions::dry_run, "Only say what would be done.")
          .option("on_demand", &ProvisionCommandOptions::on_demand,
                  "Capacity by use rather than 2 shards and 5 read and write units.");
  return table;
}

/// What came of all resources.
struct Tally {
  bool differs = false;
  bool failed = false;
};

void provision(const publish::Resource& resource, bool dry_run, Context& context, std::stop_token stop,
               Tally& tally) {
  for (const auto& difference : resource.differences) {
    tally.differs = true;
    context.out << fmt::format("differs  {}: {}\n", resource.name, difference);
  }
  if (!resource.make) {
    if (resource.differences.empty())
      context.out << fmt::format("exists   {} ({})\n", resource.name, resource.shape);
    return;
  }
  const std::string_view verb = resource.exists ? "add" : "create";
  if (dry_run) {
    context.out << fmt::format("would {}  {} ({})\n", verb, resource.name, resource.shape);
    return;
  }
  context.out << fmt::format("{:<8} {} ({}) … ", verb, resource.name, resource.shape) << std::flush;
  const auto made = resource.make(stop);
  context.out << (made ? "done\n" : "failed\n") << std::flush;
  if (!made) {
    tally.failed = true;
    context.err << "kinesight: " << resource.name << ": " << made.error().message << "\n";
  }
}

using Resources = std::vector<publish::Resource>;

/// Of each publisher, one after the other: what it needs is looked at once the one before it has it.
Result<> provision_publishers(const ProvisionCommandOptions& options, Context& context, std::stop_token stop,
                              Tally& tally) {
  const auto cloud = Cloud::reach(options.config, context);
  if (!cloud) return std::unexpected(cloud.error());
  bool any = false;
  for (const auto& publisher : cloud->file.publishers) {
    const auto& kind = context.components.publisher(publisher.type);
    if (!kind.inspect) continue;
    any = true;
    const auto resources =
        kind.inspect(publisher.options, *cloud->session, {.on_demand = options.on_demand}, stop);
    if (!resources) return std::unexpected(resources.error());
    for (const auto& resource : *resources) provision(resource, options.dry_run, context, stop, tally);
  }
  if (!any) context.out << "No enabled publisher needs anything in AWS.\n";
  return {};
}

/// A stream and its tables.
Result<Resources> inspect_stream(const stream::StreamFile& file, aws::Session& session,
                                 const publish::ProvisionOptions& wanted, std::stop_token stop) {
  const auto kinesis =
      aws::Kinesis::make(session, {.region = file.kinesis.region, .endpoint_url = file.kinesis.endpoint_url});
  if (!kinesis) return wrap(kinesis.error(), "kinesis");
  const auto dynamodb =
      aws::DynamoDb::make(session, {.region = file.tables.region, .endpoint_url = file.tables.endpoint_url});
  if (!dynamodb) return wrap(dynamodb.error(), "tables");
  auto data_stream =
      publish::inspect_stream(*kinesis, file.kinesis.stream_name, wanted, session.clock(), stop);
  if (!data_stream) return std::unexpected(data_stream.error());
  auto resources =
      stream::inspect_tables(*dynamodb, file.tables, file.record.key, wanted, session.clock(), stop);
  if (resources) resources->insert(resources->begin(), std::move(*data_stream));
  return resources;
}

Result<> provision_stream(const ProvisionCommandOptions& options, Context& context, std::stop_token stop,
                          Tally& tally) {
  const auto file = load_stream(options.config, context);
  if (!file) return std::unexpected(file.error());
  const auto session = aws_session(context);
  if (!session) return std::unexpected(session.error());
  const auto resources = inspect_stream(*file, **session, {.on_demand = options.on_demand}, stop);
  if (!resources) return std::unexpected(resources.error());
  for (const auto& resource : *resources) provision(resource, options.dry_run, context, stop, tally);
  return {};
}

int run_provision(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ProvisionCommandOptions>();
  const ShutdownSignals signals([](int) {});
  Tally tally;
  const auto of = options.of == Job::stream ? provision_stream : provision_publishers;
  const auto looked = of(options, context, signals.token(), tally);
  if (!looked) return report_failure(looked.error(), context);
  return tally.failed || tally.differs ? kFailed : kOk;
}

}  // namespace

Subcommand provision_subcommand() { return {ProvisionCommandOptions::table(), Group::around, run_provision}; }

}  // namespace kinesight::cli

// kinesight provision: makes what a configuration's publishers need in AWS, or says how what is there
// differs.
#include <fmt/format.h>

#include <ostream>

#include "cli/cloud.h"
#include "cli/components.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "publish/provision.h"

namespace kinesight::cli {
namespace {

struct ProvisionCommandOptions {
  std::string config;
  bool dry_run = false;
  bool on_demand = false;
  static const config::Table& table();
};

const config::Table& ProvisionCommandOptions::table() {
  static const config::Table table =
      config::describe<ProvisionCommandOptions>("provision",
                                                "Create the stream, bucket and table that the publishers "
                                                "need, where they are absent; verify them where they "
                                                "are there. Changes nothing that exists.")
          .option("config", &ProvisionCommandOptions::config, "The cameras.yaml.")
          .required()
          .not_empty()
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

int run_provision(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ProvisionCommandOptions>();
  const auto cloud = Cloud::reach(options.config, context);
  if (!cloud) return report_failure(cloud.error(), context);
  const ShutdownSignals signals([](int) {});

  Tally tally;
  bool any = false;
  for (const auto& publisher : cloud->file.publishers) {
    const auto& kind = context.components.publisher(publisher.type);
    if (!kind.inspect) continue;
    any = true;
    const auto resources =
        kind.inspect(publisher.options, *cloud->session, {.on_demand = options.on_demand}, signals.token());
    if (!resources) return report_failure(resources.error(), context);
    for (const auto& resource : *resources) {
      provision(resource, options.dry_run, context, signals.token(), tally);
    }
  }
  if (!any) context.out << "No enabled publisher needs anything in AWS.\n";
  return tally.failed || tally.differs ? kFailed : kOk;
}

}  // namespace

Subcommand provision_subcommand() { return {ProvisionCommandOptions::table(), Group::around, run_provision}; }

}  // namespace kinesight::cli

// kinesight sim: stands in for Kinesis Video Streams on this machine.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "cli/log_options.h"
#include "cli/progress.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "http/server.h"
#include "sim/kvs/footage.h"
#include "sim/kvs/server.h"
#include "telemetry/log.h"

namespace kinesight::cli {
namespace {

namespace kvs = sim::kvs;

// Some defaults are the parts' own.
const kvs::FootageOptions kFootage;
const kvs::ServiceOptions kService;

struct SimArguments {
  std::string listen = "127.0.0.1:4570";
  std::vector<std::string> stream;
  double fragment_seconds = kFootage.fragment_seconds;
  double footage_seconds = 60;
  int retention_hours = 24;
  double transition_seconds = kService.transition_seconds;
  std::string region = kService.region;
  std::vector<std::string> key;
  std::vector<std::string> fault;
  bool second_size = false;
  bool no_limits = false;
  long seed = static_cast<long>(kService.seed);
  std::string cache = "./data/footage";
  static const config::Table& table();
};

std::string fault_help() {
  std::string text =
      "What goes wrong from the start: NAME, NAME=VALUE or STREAM:NAME=VALUE. POST /_sim/faults adds more "
      "while it runs. The names:";
  for (const kvs::FaultKind& kind : kvs::fault_kinds()) {
    const std::string value = kind.value.empty() ? "" : fmt::format("={}", kind.value);
    text += fmt::format(" {}{}: {}", kind.name, value, kind.help);
  }
  return text;
}

const config::Table& SimArguments::table() {
  static const config::Table table =
      config::describe<SimArguments>("sim",
                                     "Stand in for Kinesis Video Streams on this machine: API, HLS, clips.")
          .option("listen", &SimArguments::listen, "Where to serve; port 0 is any free one.")
          .value_name("HOST:PORT")
          .option("stream", &SimArguments::stream,
                  "A stream and what its camera plays, again and again: a video file, scene:hallway, "
                  "scene:parking or scene:random. Further ones after a comma are what the fault "
                  "`resolution` changes to.")
          .value_name("NAME=FILE[,FILE]")
          .option("fragment_seconds", &SimArguments::fragment_seconds,
                  "The least length of a fragment; files are cut at their keyframes.")
          .range(0.1, 20)
          .option("footage_seconds", &SimArguments::footage_seconds,
                  "How long the cameras have been sending when it starts.")
          .range(0, 3.2e8)
          .option("retention_hours", &SimArguments::retention_hours, "How long footage is kept.")
          .range(0, 87600)
          .option("transition_seconds", &SimArguments::transition_seconds,
                  "How long a stream that is made, changed or deleted is not ACTIVE.")
          .range(0, 3600)
          .option("region", &SimArguments::region, "The AWS region that it is.")
          .not_empty()
          .option("key", &SimArguments::key,
                  "An access key that calls may be signed with. Without one, signatures are not checked.")
          .env("KINESIGHT_SIM_KEYS")
          .value_name("ID=SECRET")
          .option("fault", &SimArguments::fault, fault_help())
          .value_name("NAME[=VALUE]")
          .option("second_size", &SimArguments::second_size,
                  "Also keep each stream at half its size, for the fault `resolution`.")
          .option("no_limits", &SimArguments::no_limits, "Leave out AWS's limits of calls a second.")
          .option("seed", &SimArguments::seed,
                  "The same seed renders the same scenes and draws the same faults.")
          .range(0, 9e15)
          .option("cache", &SimArguments::cache, "Where rendered scenes are kept for the next time.")
          .not_empty()
          .value_name("FOLDER");
  return table;
}

/// "NAME=VALUE" in two. The error shows none of it: a value may be a secret.
Result<std::pair<std::string, std::string>> split_pair(const std::string& text, std::string_view expected) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    return fail(ErrorKind::invalid, "expected {}", expected);
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Result<kvs::ServiceOptions> service_options(const SimArguments& arguments) {
  kvs::ServiceOptions options;
  options.region = arguments.region;
  options.limits = !arguments.no_limits;
  options.transition_seconds = arguments.transition_seconds;
  options.seed = static_cast<std::uint64_t>(arguments.seed);
  for (const std::string& key : arguments.key) {
    const auto pair = split_pair(key, "ID=SECRET");
    if (!pair) return wrap(pair.error(), "--key");
    options.keys.insert(*pair);
  }
  return options;
}

/// Loads a stream's footage and lets its camera begin.
Result<> add_stream(const std::string& text, const SimArguments& arguments, kvs::Service& service) {
  const auto pair = split_pair(text, "NAME=FILE or NAME=scene:hallway");
  if (!pair) return wrap(pair.error(), "--stream");
  const auto& [name, sources] = *pair;
  ProgressBar bar("rendering for " + name);
  kvs::FootageOptions options;
  options.fragment_seconds = arguments.fragment_seconds;
  options.cache_folder = arguments.cache;
  options.second_size = arguments.second_size;
  options.seed = static_cast<std::uint64_t>(arguments.seed);
  options.progress = [&bar](auto done, auto count) { bar.show(done, count); };
  auto footage = kvs::load_footage(config::split_list(sources), options);
  if (!footage) return wrap(footage.error(), "--stream " + name);
  const double start = Clock::system().wall_seconds() - arguments.footage_seconds;
  const auto added = service.add_camera(name, std::move(*footage), start, arguments.retention_hours);
  if (!added) return wrap(added.error(), "--stream " + name);
  return {};
}

Result<std::vector<kvs::Fault>> read_faults(const SimArguments& arguments) {
  std::vector<kvs::Fault> faults;
  for (const std::string& text : arguments.fault) {
    auto fault = kvs::parse_fault(text, 0);
    if (!fault) return wrap(fault.error(), "--fault");
    faults.push_back(std::move(*fault));
  }
  return faults;
}

/// Loading may take its time: what else can be wrong is known by then.
Result<> fill(kvs::Service& service, const SimArguments& arguments, const std::stop_token& stop) {
  auto faults = read_faults(arguments);
  if (!faults) return std::unexpected(faults.error());
  for (const std::string& text : arguments.stream) {
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped before all streams were loaded");
    if (auto added = add_stream(text, arguments, service); !added) return added;
  }
  for (kvs::Fault& fault : *faults) {
    fault.begin = Clock::system().wall_seconds();
    service.faults().add(std::move(fault));
  }
  return {};
}

/// Serves until a signal comes.
Result<> serve(const SimArguments& arguments, Context& context, telemetry::Log& log) {
  auto& clock = Clock::system();
  const ShutdownSignals signals(
      [&log](int signal) { log.info(fmt::format("Received signal {}, shutting down...", signal)); });
  const auto endpoint = http::parse_endpoint(arguments.listen);
  if (!endpoint) return wrap(endpoint.error(), "--listen");
  auto options = service_options(arguments);
  if (!options) return std::unexpected(options.error());
  const bool checks_keys = !options->keys.empty();
  kvs::Service service(std::move(*options), clock);
  if (auto filled = fill(service, arguments, signals.token()); !filled) return filled;
  const auto server =
      kvs::Server::start({.host = endpoint->host, .port = endpoint->port}, service, clock, log);
  if (!server) return wrap(server.error(), "--listen");
  if (!checks_keys) log.info("No --key was given: any key is accepted, and no signature is checked");
  context.out << "Kinesis Video Streams stand-in listens: " << (*server)->url() << std::endl;
  while (clock.wait_for(std::chrono::hours(24), signals.token())) {
  }
  return {};
}

int run_sim(const config::Parsed& parsed, Context& context) {
  const auto level = log_level(context);
  if (!level) return report_failure(level.error(), context);
  telemetry::Log log("kinesight_sim", telemetry::LogFormat::text, *level, stderr);
  const auto served = serve(parsed.as<SimArguments>(), context, log);
  if (served || served.error().kind == ErrorKind::cancelled) return kOk;
  return report_failure(served.error(), context);
}

}  // namespace

Subcommand sim_subcommand() { return {SimArguments::table(), Group::around, run_sim}; }

}  // namespace kinesight::cli

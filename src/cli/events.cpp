// kinesight events: what the local publisher kept, as a table for people or one envelope a line.
#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <utility>

#include "base/clock.h"
#include "cli/components.h"
#include "cli/subcommands.h"
#include "event/moment.h"
#include "event/query.h"
#include "publish/local/event_store.h"
#include "publish/local/options.h"

namespace kinesight::cli {
namespace {

struct EventsOptions {
  std::string config;
  std::string directory;
  std::string camera;
  std::string type;
  std::string label;
  std::string since;
  std::string until;
  long limit = 100;
  bool json = false;
  static const config::Table& table();
};

const config::Table& EventsOptions::table() {
  static const config::Table table =
      config::describe<EventsOptions>("events",
                                      "Show the events that the local publisher kept, the newest first.")
          .option("config", &EventsOptions::config,
                  "The cameras.yaml whose publishers.local says where they lie.")
          .value_name("FILE")
          .option("directory", &EventsOptions::directory,
                  "Where they lie, when it is not what --config says; ./data.")
          .value_name("FOLDER")
          .option("camera", &EventsOptions::camera, "Only this camera's.")
          .option("type", &EventsOptions::type, "Only of this type: object, weapon, fire, smoke, alpr.")
          .option("label", &EventsOptions::label, "Only with this label.")
          .option("since", &EventsOptions::since,
                  "From then on: 90s, 10m, 1h, 2d ago, or 2026-01-31T12:00 (UTC).")
          .value_name("TIME")
          .option("until", &EventsOptions::until, "Up to then, in the same forms.")
          .value_name("TIME")
          .option("limit", &EventsOptions::limit, "At most so many; 0 for all.")
          .range(0, 1e12)
          .option("json", &EventsOptions::json, "One envelope a line, as every sink gets it.");
  return table;
}

/// Where the store lies: what is said outright, or what the configuration says.
Result<std::string> directory_of(const EventsOptions& options, const Context& context) {
  if (!options.directory.empty()) return options.directory;
  if (options.config.empty()) return config::ServiceOptions{}.state_directory;
  const auto file =
      config::load_cameras_file(options.config, context.components.catalog(), context.environment);
  if (!file) return fail(ErrorKind::invalid, "{}", to_string(file.error().front()));
  for (const auto& publisher : file->publishers) {
    if (publisher.type != publish::LocalOptions::table().name()) continue;
    const auto& local = publisher.options.as<publish::LocalOptions>();
    return local.directory.empty() ? file->service.state_directory : local.directory;
  }
  return fail(ErrorKind::not_found, "{} enables no local publisher, so no events are kept", options.config);
}

Result<event::Query> query_of(const EventsOptions& options, std::int64_t now_ms) {
  event::Query query{.camera_id = options.camera,
                     .type = options.type,
                     .label = options.label,
                     .since_ms = {},
                     .until_ms = {},
                     .limit = static_cast<std::size_t>(options.limit)};
  if (!options.since.empty()) {
    const auto since = event::parse_moment(options.since, now_ms);
    if (!since) return wrap(since.error(), "--since");
    query.since_ms = *since;
  }
  if (!options.until.empty()) {
    const auto until = event::parse_moment(options.until, now_ms);
    if (!until) return wrap(until.error(), "--until");
    query.until_ms = *until;
  }
  return query;
}

constexpr std::string_view kRow = "{:<24}  {:<20}  {:<8}  {:<16}  {:>5}  {:<20}  {}\n";

void print_row(const event::Envelope& envelope, std::ostream& out) {
  const auto& payload = envelope.payload;
  const auto& [x, y, w, h] = payload.bbox;
  out << fmt::format(fmt::runtime(kRow), event::format_moment(payload.ts_ms), envelope.camera_id,
                     payload.type, payload.label, fmt::format("{:.0f} %", payload.conf * 100),
                     fmt::format("{},{} {}x{}", x, y, w, h), payload.extras.value("snapshot", ""));
}

/// Prints the table's rows one by one, so that a million events take no memory. A store that cannot be read
/// gets no head either.
Result<> print_table(const publish::EventStore& store, const event::Query& query, std::ostream& out) {
  const auto head =
      fmt::format(fmt::runtime(kRow), "TIME", "CAMERA", "TYPE", "LABEL", "CONF", "BOX", "SNAPSHOT");
  bool headed = false;
  std::optional<Error> broken;
  auto done = store.each(query, [&](std::string_view json) {
    if (!std::exchange(headed, true)) out << head;
    const auto envelope = event::parse_envelope(json);
    if (envelope) {
      print_row(*envelope, out);
    } else {
      broken = envelope.error();
    }
    return envelope.has_value() && out.good();
  });
  if (broken) return std::unexpected(*broken);
  if (done && !headed) out << head;
  return done;
}

Result<> print_json(const publish::EventStore& store, const event::Query& query, std::ostream& out) {
  return store.each(query, [&](std::string_view json) {
    out << json << '\n';
    return out.good();  // Whoever reads may have had enough (| head).
  });
}

int run_events(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<EventsOptions>();
  const auto failed = [&](const Error& error) {
    context.err << "kinesight: " << error.message << "\n";
    return error.kind == ErrorKind::invalid ? kInvalid : kFailed;
  };
  const auto query = query_of(options, Clock::system().wall_ms());
  if (!query) return failed(query.error());
  const auto directory = directory_of(options, context);
  if (!directory) return failed(directory.error());
  const publish::EventStore store(*directory);
  const auto printed =
      options.json ? print_json(store, *query, context.out) : print_table(store, *query, context.out);
  return printed ? kOk : failed(printed.error());
}

}  // namespace

Subcommand events_subcommand() { return {EventsOptions::table(), Group::around, run_events}; }

}  // namespace kinesight::cli

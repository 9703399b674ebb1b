// kinesight events: what the publishers kept, as a table for people or one envelope a line.
#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <utility>

#include "base/clock.h"
#include "cli/cloud.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "event/moment.h"
#include "event/query.h"
#include "publish/ddb/archive.h"
#include "publish/local/event_store.h"
#include "publish/local/options.h"
#include "publish/s3/snapshot_bucket.h"

namespace kinesight::cli {
namespace {

/// What --from takes.
enum class From { local, ddb };

struct EventsOptions {
  From from = From::local;
  std::string config;
  std::string directory;
  std::string camera;
  std::string type;
  std::string label;
  std::string text;
  std::string since;
  std::string until;
  long limit = 100;
  bool url = false;
  long url_seconds = 3600;
  bool json = false;
  static const config::Table& table();
};

const config::Table& EventsOptions::table() {
  static const config::Table table =
      config::describe<EventsOptions>("events", "Show the events that a publisher kept, the newest first.")
          .choice("from", &EventsOptions::from, {{"local", From::local}, {"ddb", From::ddb}},
                  "Which publisher: local, this machine's, or ddb, the DynamoDB table of --config.")
          .option("config", &EventsOptions::config, "The cameras.yaml whose publishers say where they lie.")
          .value_name("FILE")
          .option("directory", &EventsOptions::directory,
                  "Where local ones lie, when it is not what --config says; ./data.")
          .value_name("FOLDER")
          .option("camera", &EventsOptions::camera, "Only this camera's.")
          .option("type", &EventsOptions::type, "Only of this type: object, weapon, fire, smoke, alpr.")
          .option("label", &EventsOptions::label, "Only with this label.")
          .option("text", &EventsOptions::text,
                  "Only with this somewhere in the camera's id, the type, the label or a text of the extras; "
                  "A to Z are a to z.")
          .option("since", &EventsOptions::since,
                  "From then on: 90s, 10m, 1h, 2d ago, or 2026-01-31T12:00 (UTC).")
          .value_name("TIME")
          .option("until", &EventsOptions::until, "Up to then, in the same forms.")
          .value_name("TIME")
          .option("limit", &EventsOptions::limit, "At most so many; 0 for all.")
          .range(0, 1e12)
          .option("url", &EventsOptions::url,
                  "With a presigned URL of each snapshot in the S3 bucket of --config: whoever has it sees "
                  "the picture.")
          .option("url_seconds", &EventsOptions::url_seconds, "How long such a URL is good.")
          .range(1, 604'800)
          .option("json", &EventsOptions::json,
                  "One envelope a line, as every sink gets it; with --url, and snapshot_url in it.");
  return table;
}

using Take = std::function<bool(const event::Envelope& envelope)>;
/// Hands out the events of a query one by one, until `Take` returns false.
using Source = std::function<Result<>(const event::Query& query, const Take& take)>;
/// The URL of a snapshot key.
using Link = std::function<Result<std::string>(const std::string& key)>;

/// Where the local store lies: what is said outright, or what the configuration says.
Result<std::string> directory_of(const EventsOptions& options, const Context& context) {
  if (!options.directory.empty()) return options.directory;
  if (options.config.empty()) return config::ServiceOptions{}.state_directory;
  const auto file = load_cameras(options.config, context);
  if (!file) return std::unexpected(file.error());
  const auto* local = find_publisher(*file, publish::LocalOptions::table());
  if (!local) {
    return fail(ErrorKind::not_found, "{} enables no local publisher, so no events are kept", options.config);
  }
  const auto& directory = local->options.as<publish::LocalOptions>().directory;
  return directory.empty() ? file->service.state_directory : directory;
}

/// The local store, read row by row, so that a million events take no memory.
Result<Source> local_source(const EventsOptions& options, const Context& context) {
  const auto directory = directory_of(options, context);
  if (!directory) return std::unexpected(directory.error());
  return [store = publish::EventStore(*directory)](const event::Query& query, const Take& take) -> Result<> {
    Result<> parsed;
    auto read = store.each(query, [&](std::string_view json) {
      const auto envelope = event::parse_envelope(json);
      if (!envelope) parsed = std::unexpected(envelope.error());
      return envelope && take(*envelope);
    });
    return parsed ? read : parsed;
  };
}

/// The DynamoDB table of the configuration; of all its cameras, unless one is named.
Result<Source> ddb_source(const EventsOptions& options, const Cloud& cloud) {
  const auto* ddb = find_publisher(cloud.file, publish::DdbOptions::table());
  if (!ddb) return fail(ErrorKind::not_found, "{} enables no ddb publisher", options.config);
  const auto& ddb_options = ddb->options.as<publish::DdbOptions>();
  auto dynamodb = aws::DynamoDb::make(*cloud.session, {ddb_options.region, ddb_options.endpoint_url});
  if (!dynamodb) return std::unexpected(dynamodb.error());
  std::vector<std::string> cameras;
  for (const auto& camera : cloud.file.cameras) cameras.push_back(camera.id);
  auto archive = std::make_shared<publish::DdbArchive>(publish::EventTable(ddb_options, std::move(*dynamodb)),
                                                       std::move(cameras), Clock::system());
  return [archive](const event::Query& query, const Take& take) -> Result<> {
    const auto events = archive->events(query);
    if (!events) return std::unexpected(events.error());
    for (const auto& envelope : *events) {
      if (!take(envelope)) break;
    }
    return {};
  };
}

/// Presigned URLs of the configuration's bucket.
Result<Link> s3_link(const EventsOptions& options, const Cloud& cloud) {
  const auto* s3 = find_publisher(cloud.file, publish::S3Options::table());
  if (!s3) return fail(ErrorKind::not_found, "--url: {} enables no s3 publisher", options.config);
  const auto& s3_options = s3->options.as<publish::S3Options>();
  auto client = aws::S3::make(*cloud.session, {s3_options.region, s3_options.endpoint_url});
  if (!client) return std::unexpected(client.error());
  auto bucket = std::make_shared<publish::SnapshotBucket>(s3_options, std::move(*client));
  return [bucket, seconds = options.url_seconds](const std::string& key) {
    return bucket->get_url(key, seconds);
  };
}

Result<event::Query> query_of(const EventsOptions& options, std::int64_t now_ms) {
  event::Query query{.camera_id = options.camera,
                     .type = options.type,
                     .label = options.label,
                     .text = options.text,
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

/// Prints events as they come. Nothing is printed of a source that cannot be read.
class Printer {
 public:
  Printer(bool json, Link link, std::ostream& out) : json_(json), link_(std::move(link)), out_(out) {}

  Result<> print(const Source& source, const event::Query& query) {
    Result<> linked;
    auto read = source(query, [&](const event::Envelope& envelope) {
      linked = print(envelope);
      return linked && out_.good();  // Whoever reads may have had enough (| head).
    });
    if (!linked) return linked;
    if (read) head();
    return read;
  }

 private:
  Result<> print(const event::Envelope& envelope) {
    const std::string key = envelope.payload.extras.value("snapshot", "");
    std::string url;
    if (link_ && !key.empty()) {
      auto made = link_(key);
      if (!made) return std::unexpected(made.error());
      url = std::move(*made);
    }
    head();
    if (json_) {
      line(envelope, url);
    } else {
      row(envelope, url.empty() ? key : url);
    }
    return {};
  }

  void head() {
    if (json_ || std::exchange(headed_, true)) return;
    out_ << fmt::format(fmt::runtime(kRow), "TIME", "CAMERA", "TYPE", "LABEL", "CONF", "BOX", "SNAPSHOT");
  }

  void row(const event::Envelope& envelope, const std::string& snapshot) {
    const auto& payload = envelope.payload;
    const auto& [x, y, w, h] = payload.bbox;
    out_ << fmt::format(fmt::runtime(kRow), event::format_moment(payload.ts_ms), envelope.camera_id,
                        payload.type, payload.label, fmt::format("{:.0f} %", payload.conf * 100),
                        fmt::format("{},{} {}x{}", x, y, w, h), snapshot);
  }

  void line(const event::Envelope& envelope, const std::string& url) {
    auto json = event::to_json(envelope);
    if (!url.empty()) {
      json.pop_back();
      json += fmt::format(R"(,"snapshot_url":{}}})", nlohmann::json(url).dump());
    }
    out_ << json << '\n';
  }

  const bool json_;
  const Link link_;
  std::ostream& out_;
  bool headed_ = false;
};

/// Prints what was asked for.
Result<> show(const EventsOptions& options, Context& context) {
  const auto query = query_of(options, Clock::system().wall_ms());
  if (!query) return std::unexpected(query.error());
  std::optional<Cloud> cloud;
  if (options.url || options.from == From::ddb) {
    auto reached = Cloud::reach(options.config, context);
    if (!reached) return std::unexpected(reached.error());
    cloud = std::move(*reached);
  }
  Link link;
  if (options.url) {
    auto made = s3_link(options, *cloud);
    if (!made) return std::unexpected(made.error());
    link = std::move(*made);
  }
  const auto source =
      options.from == From::ddb ? ddb_source(options, *cloud) : local_source(options, context);
  if (!source) return std::unexpected(source.error());
  return Printer(options.json, std::move(link), context.out).print(*source, *query);
}

int run_events(const config::Parsed& parsed, Context& context) {
  const auto shown = show(parsed.as<EventsOptions>(), context);
  return shown ? kOk : report_failure(shown.error(), context);
}

}  // namespace

Subcommand events_subcommand() { return {EventsOptions::table(), Group::around, run_events}; }

}  // namespace kinesight::cli

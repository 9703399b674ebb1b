#include "stream/stream_file.h"

#include <fmt/format.h>

#include <map>

#include "config/section.h"
#include "event/moment.h"
#include "stream/tables/measurement.h"
#include "stream/windows/rows.h"

namespace kinesight::stream {
namespace {

std::optional<std::string> time_fault(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto moment = event::parse_moment(text, 0);
  return moment ? std::nullopt : std::optional(moment.error().message);
}

std::optional<std::string> time_needed(const KinesisOptions& options) {
  const bool wanted = options.start == StartAt::timestamp;
  if (wanted != options.start_timestamp.empty()) return std::nullopt;
  return wanted ? "a time with start: timestamp" : "it with start: timestamp alone";
}

/// The columns that a result has already, and the lines they stand on; 0 for those that every result has.
using Columns = std::map<std::string, int>;

AggregateOptions read_aggregate(const config::YamlNode& node, const std::string& path, Columns& columns,
                                config::Report& report, const config::Environment& environment) {
  AggregateOptions aggregate;
  config::Section section(node, path, report, environment);
  section.read(AggregateOptions::table(), &aggregate);
  const config::YamlNode* name = section.take("name");
  section.finish();
  if (!name || aggregate.name.empty()) return aggregate;
  const auto [first, is_new] = columns.emplace(aggregate.name, name->line);
  if (is_new) return aggregate;
  const std::string where =
      first->second == 0 ? "every result has" : fmt::format("is on line {}", first->second);
  report.error(name->line, section.path_of("name"),
               fmt::format("expected a name that no other column has, found {}, which {} already",
                           config::in_quotes(aggregate.name), where));
  return aggregate;
}

void read_aggregates(const config::YamlNode& node, const std::string& path, const RecordOptions& record,
                     std::vector<AggregateOptions>& aggregates, config::Report& report,
                     const config::Environment& environment) {
  if (node.kind != config::YamlNode::Kind::list || node.items.empty() || node.items.size() > kMaxAggregates) {
    const std::string found = node.kind == config::YamlNode::Kind::list
                                  ? fmt::format("{} of them", node.items.size())
                                  : config::found(node);
    return report.error(
        node.line, path,
        fmt::format("expected a list of 1 to {} aggregates, found {}", kMaxAggregates, found));
  }
  Columns columns{{record.key, 0}, {std::string(kWindowStart), 0}, {std::string(kWindowEnd), 0}};
  aggregates.clear();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    aggregates.push_back(
        read_aggregate(node.items[i], fmt::format("{}[{}]", path, i), columns, report, environment));
  }
}

/// windows: {…}, with its list of aggregates.
WindowOptions read_windows(config::Section& top, const RecordOptions& record, config::Report& report,
                           const config::Environment& environment) {
  WindowOptions windows;
  const std::string& name = WindowOptions::table().name();
  const config::YamlNode* node = top.take(name);
  if (!node) return windows;
  config::Section section(*node, name, report, environment);
  section.read(WindowOptions::table(), &windows);
  const std::string& list = AggregateOptions::table().name();
  if (const config::YamlNode* aggregates = section.take(list))
    read_aggregates(*aggregates, section.path_of(list), record, windows.aggregates, report, environment);
  section.finish();
  return windows;
}

StreamFile read_file(const config::YamlNode& root, config::Report& report,
                     const config::Environment& environment) {
  StreamFile file;
  config::Section top(root, "", report, environment);
  top.read(ServiceOptions::table(), &file.service);
  file.kinesis = top.block<KinesisOptions>();
  file.record = top.block<RecordOptions>();
  file.windows = read_windows(top, file.record, report, environment);
  file.tables = top.block<TablesOptions>();
  file.realtime = top.block<RealtimeOptions>();
  file.produce = top.block<ProducerOptions>();
  file.consume = top.block<ConsumerOptions>();
  file.simulator = top.block<SimulatorOptions>();
  file.http = top.block<config::HttpOptions>();
  top.finish();
  if (const auto fault = attribute_fault(file.record, file.realtime); fault && !report.has_errors())
    report.error(top.line(), fault->option, fault->message);
  return file;
}

}  // namespace

const config::Table& ServiceOptions::table() {
  static const config::Table table =
      config::describe<ServiceOptions>("stream.yaml", "What all subcommands around a stream have in common.")
          .option("state_directory", &ServiceOptions::state_directory,
                  "A folder of this process alone: checkpoints, open windows, what waits to be sent.")
          .not_empty();
  return table;
}

const config::Table& KinesisOptions::table() {
  static const config::Table table =
      config::describe<KinesisOptions>("kinesis", "The stream, in Kinesis Data Streams.")
          .option("stream_name", &KinesisOptions::stream_name, "Its name.")
          .not_empty()
          .option("region", &KinesisOptions::region,
                  "Its AWS region. Empty: that of the environment or the AWS profile.")
          .option(
              "endpoint_url", &KinesisOptions::endpoint_url,
              "Where Kinesis is, when it is not AWS's. Empty: as the environment and the AWS profile say.")
          .choice("start", &KinesisOptions::start,
                  {{"latest", StartAt::latest},
                   {"trim_horizon", StartAt::trim_horizon},
                   {"timestamp", StartAt::timestamp},
                   {"checkpoint", StartAt::checkpoint}},
                  "Where reading begins that no checkpoint says otherwise of: latest, with what comes from "
                  "now on; trim_horizon, with the oldest record; timestamp, at start_timestamp; checkpoint, "
                  "nowhere: an earlier run must have left one.")
          .option("start_timestamp", &KinesisOptions::start_timestamp,
                  "The time at which to begin, with start: timestamp.")
          .sound("an ISO time, Unix milliseconds or how long ago (\"2h\")", time_fault)
          .rule(time_needed);
  return table;
}

config::Loaded<StreamFile> parse_stream_file(std::string_view text, const std::string& name,
                                             const config::Environment& environment) {
  return config::parse_yaml_file<StreamFile>(text, name, [&](const auto& root, config::Report& report) {
    return read_file(root, report, environment);
  });
}

config::Loaded<StreamFile> load_stream_file(const std::filesystem::path& path,
                                            const config::Environment& environment) {
  if (path.empty()) return parse_stream_file("", "stream.yaml", environment);
  const auto text = config::read_yaml_text(path);
  if (!text) return std::unexpected(text.error());
  return parse_stream_file(*text, path.string(), environment);
}

}  // namespace kinesight::stream

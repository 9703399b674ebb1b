// kinesight latest: the newest measurements of a key.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/cloud.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "config/yaml.h"
#include "publish/ddb/attribute.h"
#include "stream/tables/attributes.h"
#include "stream/tables/dynamo_tables.h"
#include "stream/tables/local_tables.h"
#include "stream/windows/rows.h"

namespace kinesight::cli {
namespace {

using stream::Measurement;

struct LatestOptions {
  std::string key;
  std::string config;
  int limit = 10;
  bool local = false;
  bool json = false;
  static const config::Table& table();
};

const config::Table& LatestOptions::table() {
  static const config::Table table =
      config::describe<LatestOptions>("latest",
                                      "Show the newest measurements of a key (a city, of the air-quality "
                                      "feed), the newest first, without those that have expired.")
          .option("key", &LatestOptions::key, "Whose: what the records' key field says.")
          .required()
          .not_empty()
          .operand()
          .value_name("KEY")
          .option("config", &LatestOptions::config,
                  "The tables: a stream.yaml. Without it: those of the air-quality feed.")
          .value_name("FILE")
          .option("limit", &LatestOptions::limit, "At most so many.")
          .range(1, 1e6)
          .option(
              "local", &LatestOptions::local,
              "From SQLite, in the state directory, where `consume --local` keeps them; not from DynamoDB.")
          .option("json", &LatestOptions::json, "One JSON object a line.");
  return table;
}

Result<std::vector<Measurement>> find_latest(const LatestOptions& options, const stream::StreamFile& file,
                                             Context& context) {
  const auto now = static_cast<std::int64_t>(Clock::system().wall_seconds());
  if (options.local) {
    auto found = stream::read_local_latest(file.service.state_directory, options.key, options.limit, now);
    if (!found && found.error().kind == ErrorKind::not_found)
      return wrap(found.error(), "no tables yet; `kinesight consume --local` makes them");
    return found;
  }
  const auto session = aws_session(context);
  if (!session) return std::unexpected(session.error());
  const auto dynamodb = aws::DynamoDb::make(
      **session, {.region = file.tables.region, .endpoint_url = file.tables.endpoint_url});
  if (!dynamodb) return wrap(dynamodb.error(), "tables");
  const ShutdownSignals signals([](int) {});
  return stream::latest_in(*dynamodb, file.tables.realtime,
                           {.attribute = file.record.key, .value = options.key}, options.limit, now,
                           signals.token());
}

/// The mapped fields in the configuration's order, then whatever else is in the table.
std::vector<std::string> columns_of(const stream::RealtimeOptions& options,
                                    const std::vector<Measurement>& found) {
  std::vector<std::string> columns = options.fields;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(columns, name) == columns.end()) columns.push_back(name);
  };
  std::ranges::for_each(options.optional_fields, add);
  for (const Measurement& one : found)
    for (const auto& [name, value] : one.fields.items()) add(name);
  return columns;
}

std::string json_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// An attribute's value: a number by the digits that are stored, a text as `text` has it.
template <class Text>
std::string value_text(const nlohmann::json& attribute, const Text& text) {
  if (const auto number = attribute.find("N"); number != attribute.end()) return number->get<std::string>();
  const auto value = publish::from_attribute(attribute);
  if (!value) return text("?");
  return value->is_string() ? text(value->get<std::string>()) : json_text(*value);
}

/// {"city_id":"DEL","timestamp":1700000000,"pm25_value":161.5,…,"ttl":1700086400}
std::string json_line(const Measurement& one, const std::string& key,
                      const std::vector<std::string>& columns) {
  std::string line = fmt::format("{{{}:{},\"{}\":{}", json_text(key), json_text(one.key),
                                 stream::kTimestampAttribute, one.timestamp);
  for (const std::string& name : columns) {
    if (!one.fields.contains(name)) continue;
    line +=
        fmt::format(",{}:{}", json_text(name),
                    value_text(one.fields.at(name), [](const std::string& text) { return json_text(text); }));
  }
  if (one.expires != 0) line += fmt::format(",\"{}\":{}", stream::kTtlAttribute, one.expires);
  return line + "}\n";
}

using Cells = std::vector<std::string>;

Cells cells_of(const Measurement& one, const std::vector<std::string>& columns) {
  constexpr std::int64_t ms_in_second = 1000;
  Cells cells{stream::window_bound(one.timestamp * ms_in_second)};
  for (const std::string& name : columns) {
    const bool has = one.fields.contains(name);
    cells.push_back(has ? value_text(one.fields.at(name), config::one_line) : "-");
  }
  return cells;
}

/// Columns as wide as they need to be.
void print_table(const std::vector<Cells>& rows, std::ostream& out) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Cells& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const Cells& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
}

int run_latest(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<LatestOptions>();
  const auto file = load_stream(options.config, context);
  if (!file) return report_failure(file.error(), context);
  const auto found = find_latest(options, *file, context);
  if (!found) return report_failure(found.error(), context);
  const auto columns = columns_of(file->realtime, *found);
  if (options.json) {
    for (const Measurement& one : *found) context.out << json_line(one, file->record.key, columns);
    return kOk;
  }
  std::vector<Cells> rows{{stream::kTimestampAttribute}};
  rows.front().insert(rows.front().end(), columns.begin(), columns.end());
  for (const Measurement& one : *found) rows.push_back(cells_of(one, columns));
  print_table(rows, context.out);
  return kOk;
}

}  // namespace

Subcommand latest_subcommand() { return {LatestOptions::table(), Group::jobs, run_latest}; }

}  // namespace kinesight::cli

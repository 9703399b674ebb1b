#include "stream/tables/options.h"

#include <algorithm>
#include <set>

namespace kinesight::stream {
namespace {

std::optional<std::string> names_fault(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) return "expected names of fields, found an empty one";
    if (std::ranges::count(names, names[i]) > 1)
      return "expected each field once, found '" + names[i] + "' twice";
  }
  return std::nullopt;
}

std::optional<std::string> each_its_own(const TablesOptions& options) {
  const std::set<std::string> names = {options.realtime, options.windows, options.dead_letters,
                                       options.shards};
  if (names.size() == 4) return std::nullopt;
  return "a table for each of realtime, windows, dead_letters and shards";
}

}  // namespace

const config::Table& TablesOptions::table() {
  static const config::Table table =
      config::describe<TablesOptions>("tables", "The tables of DynamoDB that a consumer writes.")
          .option("realtime", &TablesOptions::realtime, "The newest measurements of each key.")
          .not_empty()
          .option("windows", &TablesOptions::windows, "What the windows came to.")
          .not_empty()
          .option("dead_letters", &TablesOptions::dead_letters,
                  "Records that could not be processed, and why.")
          .not_empty()
          .option("shards", &TablesOptions::shards,
                  "Of `consume --multilang`: how far each shard has come, for whoever takes it over.")
          .not_empty()
          .rule(each_its_own)
          .option("region", &TablesOptions::region,
                  "Their AWS region. Empty: that of the environment or the AWS profile.")
          .option(
              "endpoint_url", &TablesOptions::endpoint_url,
              "Where DynamoDB is, when it is not AWS's. Empty: as the environment and the AWS profile say.");
  return table;
}

const config::Table& RealtimeOptions::table() {
  static const config::Table table =
      config::describe<RealtimeOptions>("realtime",
                                        "What the table of the newest measurements keeps, beside the key "
                                        "and the timestamp.")
          .option("fields", &RealtimeOptions::fields,
                  "The fields of a record that go into the table, each under its own name. A record that "
                  "lacks one is a dead letter.")
          .sound("each once", names_fault)
          .option("optional_fields", &RealtimeOptions::optional_fields,
                  "Further fields, which a record may lack.")
          .sound("each once", names_fault)
          .choice("timestamp", &RealtimeOptions::timestamp,
                  {{"measured", RealtimeTimestamp::measured}, {"written", RealtimeTimestamp::written}},
                  "The table's timestamp: measured, the record's own time, so that one that is read again "
                  "overwrites; written, the time of writing.")
          .option("ttl_hours", &RealtimeOptions::ttl_hours,
                  "How long a measurement stays after it was written.")
          .range(0.01, 24 * 3650);
  return table;
}

}  // namespace kinesight::stream

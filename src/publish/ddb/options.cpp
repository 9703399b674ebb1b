#include "publish/ddb/options.h"

#include <algorithm>
#include <cctype>

namespace kinesight::publish {
namespace {

/// AWS refuses each request for another name, as if its items were at fault. That a name must be there is a
/// row's own condition, and none of a part that is switched off.
std::optional<std::string> bad_table_name(const DdbOptions& options) {
  const std::string& name = options.table_name;
  const bool good = name.size() >= 3 && name.size() <= 255 && std::ranges::all_of(name, [](unsigned char c) {
                      return std::isalnum(c) || c == '_' || c == '-' || c == '.';
                    });
  if (good || name.empty()) return std::nullopt;
  return "3 to 255 letters, digits, underscores, dots and hyphens";
}

}  // namespace

const config::Table& DdbOptions::table() {
  static const config::Table table =
      config::describe<DdbOptions>("ddb", "Writes events to an Amazon DynamoDB table.")
          .option("region", &DdbOptions::region,
                  "The AWS region of the table. Empty: that of the environment or the AWS profile.")
          .option("table_name", &DdbOptions::table_name, "The table.")
          .required()
          .not_empty()
          .env("DDB_TABLE_NAME")
          .rule(bad_table_name)
          .option("ttl_days", &DdbOptions::ttl_days, "After so many days the table forgets an event.")
          .range(1, 3650)
          .env("DDB_TTL_DAYS")
          .option(
              "endpoint_url", &DdbOptions::endpoint_url,
              "Where DynamoDB is, when it is not AWS's. Empty: as the environment and the AWS profile say.");
  return table;
}

}  // namespace kinesight::publish

#include "publish/ddb/options.h"

namespace kinesight::publish {

const config::Table& DdbOptions::table() {
  static const config::Table table =
      config::describe<DdbOptions>("ddb", "Writes events to an Amazon DynamoDB table.")
          .option("region", &DdbOptions::region,
                  "The AWS region of the table. Empty: that of the environment or the AWS profile.")
          .option("table_name", &DdbOptions::table_name, "The table.")
          .required()
          .not_empty()
          .env("DDB_TABLE_NAME")
          .option("ttl_days", &DdbOptions::ttl_days, "After so many days the table forgets an event.")
          .range(1, 3650)
          .env("DDB_TTL_DAYS")
          .option(
              "endpoint_url", &DdbOptions::endpoint_url,
              "Where DynamoDB is, when it is not AWS's. Empty: as the environment and the AWS profile say.");
  return table;
}

}  // namespace kinesight::publish

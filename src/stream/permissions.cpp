#include "stream/permissions.h"

#include "publish/ddb/provision.h"
#include "publish/kds/provision.h"

namespace kinesight::stream {
namespace {

std::vector<std::string> the_stream(const StreamFile& file) {
  return {publish::stream_arn(file.kinesis.region, file.kinesis.stream_name)};
}

std::vector<std::string> tables(const StreamFile& file) {
  std::vector<std::string> arns;
  for (const auto& table :
       {file.tables.realtime, file.tables.windows, file.tables.dead_letters, file.tables.shards})
    arns.push_back(publish::table_arn(file.tables.region, table));
  return arns;
}

}  // namespace

std::vector<aws::Permission> stream_permissions(const StreamFile& file) {
  return {{.actions = {"kinesis:PutRecords", "kinesis:ListShards", "kinesis:GetShardIterator",
                       "kinesis:GetRecords"},
           .resources = the_stream(file)},
          {.actions = {"dynamodb:BatchWriteItem"}, .resources = tables(file)},
          {.actions = {"dynamodb:Query"},
           .resources = {publish::table_arn(file.tables.region, file.tables.realtime)}},
          {.actions = {"dynamodb:Query", "dynamodb:PutItem"},
           .resources = {publish::table_arn(file.tables.region, file.tables.shards)}},
          {.actions = {"dynamodb:Query", "dynamodb:Scan", "dynamodb:DeleteItem"},
           .resources = {publish::table_arn(file.tables.region, file.tables.dead_letters)}}};
}

std::vector<aws::Permission> stream_provision_permissions(const StreamFile& file) {
  return {
      {.actions = {"kinesis:DescribeStreamSummary", "kinesis:CreateStream"}, .resources = the_stream(file)},
      {.actions = publish::table_provision_actions(), .resources = tables(file)}};
}

}  // namespace kinesight::stream

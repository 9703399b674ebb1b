// The tables in DynamoDB as resources: looked at, made, waited for.
#pragma once

#include <string>
#include <vector>

#include "aws/services/dynamodb.h"
#include "base/clock.h"
#include "publish/ddb/table_shape.h"
#include "publish/provision.h"
#include "stream/tables/options.h"

namespace kinesight::stream {

/// The newest measurements: by key and timestamp, forgotten by `ttl`. `key`: what the key attribute is
/// called, as RecordOptions has it.
publish::TableShape realtime_shape(const std::string& key);
/// The windows' results: by key and window_start.
publish::TableShape windows_shape(const std::string& key);
/// The dead letters: by error_id.
publish::TableShape dead_letters_shape();

/// How far shards have come: by shard and part, forgotten by `ttl`.
publish::TableShape shards_shape();

/// The four tables. Errors: denied, unavailable, invalid.
Result<std::vector<publish::Resource>> inspect_tables(const aws::DynamoDb& dynamodb,
                                                      const TablesOptions& options, const std::string& key,
                                                      const publish::ProvisionOptions& provision,
                                                      Clock& clock, std::stop_token stop);

}  // namespace kinesight::stream

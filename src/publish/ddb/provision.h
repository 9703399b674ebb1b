// DynamoDB tables as resources: looked at, made, waited for.
#pragma once

#include <vector>

#include "aws/services/dynamodb.h"
#include "base/clock.h"
#include "publish/ddb/table_shape.h"
#include "publish/provision.h"

namespace kinesight::publish {

/// The table of that name as a resource of that shape. A table of another capacity is no other table: its
/// shape says what it has. Where the TTL is all that is missing, make() switches it on. `clock` outlives the
/// resource.
Result<Resource> inspect_table(const aws::DynamoDb& dynamodb, const std::string& table,
                               const TableShape& shape, const ProvisionOptions& provision, Clock& clock,
                               std::stop_token stop);

/// Inspect of the registry's row: the events' table of `options`.
Result<std::vector<Resource>> inspect_events_table(const config::Parsed& options, aws::Session& session,
                                                   const ProvisionOptions& provision, std::stop_token stop);

/// What inspecting and making calls.
std::vector<Permission> table_provision_permissions(const config::Parsed& options);
/// The actions of inspect_table(), on whichever table.
std::vector<std::string> table_provision_actions();

/// "arn:aws:dynamodb:eu-west-1:*:table/events-table": in any account, and in any region when `region` is
/// empty.
std::string table_arn(const std::string& region, const std::string& table);

}  // namespace kinesight::publish

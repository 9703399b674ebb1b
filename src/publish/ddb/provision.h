// The events' table as a resource: looked at, made, waited for.
#pragma once

#include <vector>

#include "publish/provision.h"

namespace kinesight::publish {

/// Inspect of the registry's row: the table of `options`, as table_shape.h says, with TTL on `ttl`. A table
/// of another capacity is no other table: its shape says what it has. Where the TTL is all that is missing,
/// make() switches it on.
Result<std::vector<Resource>> inspect_table(const config::Parsed& options, aws::Session& session,
                                            const ProvisionOptions& provision, std::stop_token stop);

/// What inspecting and making calls.
std::vector<Permission> table_provision_permissions(const config::Parsed& options);

/// "arn:aws:dynamodb:eu-west-1:*:table/events-table": in any account, and in any region when `region` is
/// empty.
std::string table_arn(const std::string& region, const std::string& table);

}  // namespace kinesight::publish

#include "publish/ddb/provision.h"

#include <fmt/format.h>

#include <utility>

#include "aws/services/dynamodb.h"
#include "publish/ddb/options.h"
#include "publish/ddb/table_shape.h"

namespace kinesight::publish {
namespace {

using aws::DynamoDb;

constexpr auto kPatience = std::chrono::minutes(5);  // A table takes ten seconds as a rule.
constexpr auto kPause = std::chrono::seconds(1);

/// Kinds that end by themselves; right after CreateTable a table may still be unknown.
bool passes(ErrorKind kind) {
  return kind == ErrorKind::throttled || kind == ErrorKind::unavailable || kind == ErrorKind::not_found;
}

/// A table, what it is to be like, and what is needed to work on it.
struct Place {
  DynamoDb dynamodb;
  std::string table;
  TableShape shape;
  Clock* clock;
};

std::string status_of(const nlohmann::json& table) {
  const auto status = table.find("TableStatus");
  return status != table.end() && status->is_string() ? status->get<std::string>() : "no status";
}

Result<> wait_until_active(const Place& place, std::stop_token stop) {
  const auto deadline = place.clock->steady() + kPatience;
  while (true) {
    const auto found = place.dynamodb.describe_table(place.table, stop);
    if (!found && !passes(found.error().error.kind)) return std::unexpected(found.error().error);
    if (found && status_of(*found) == "ACTIVE") return {};
    if (place.clock->steady() >= deadline) {
      return fail(
          ErrorKind::unavailable,
          "DynamoDB table {}: expected it to be ACTIVE within {} minutes, found {}; provision again to "
          "look at it",
          place.table, kPatience.count(), found ? status_of(*found) : found.error().error.message);
    }
    if (!place.clock->wait_for(kPause, stop)) {
      return fail(ErrorKind::cancelled, "DynamoDB table {}: stopped while it was being made", place.table);
    }
  }
}

Result<> add_ttl(const Place& place, std::stop_token stop) {
  if (auto active = wait_until_active(place, stop); !active || place.shape.ttl.empty()) return active;
  return aws::plain(place.dynamodb.set_time_to_live(place.table, place.shape.ttl, std::move(stop)));
}

Result<> make_table(const Place& place, bool on_demand, std::stop_token stop) {
  const auto created =
      place.dynamodb.create_table(create_table_request(place.table, place.shape, on_demand), stop);
  // In use: an earlier try of ours went through without an answer, or somebody else was quicker.
  if (!created && created.error().code != "ResourceInUseException") {
    return std::unexpected(created.error().error);
  }
  return add_ttl(place, std::move(stop));
}

/// What is known of a table that is there. Adds what it lacks to `table`.
Result<> compare(Resource& table, const Place& place, const nlohmann::json& found, std::stop_token stop) {
  auto differences = table_differences(found, place.shape);
  if (!differences) return std::unexpected(differences.error());
  const auto capacity = table_capacity(found);
  if (!capacity) return std::unexpected(capacity.error());
  table.exists = true;
  table.shape += fmt::format(" (found: {})", *capacity);
  table.differences = std::move(*differences);
  const auto status = status_of(found);
  if (status == "DELETING" || status == "ARCHIVED") {
    table.differences.push_back(fmt::format("expected status ACTIVE, found {}", status));
  }
  if (place.shape.ttl.empty()) return {};
  const auto ttl = place.dynamodb.time_to_live(place.table, std::move(stop));
  if (!ttl) return std::unexpected(ttl.error().error);
  if (*ttl == place.shape.ttl) return {};
  const bool another_shape = !table.differences.empty();
  table.differences.push_back(fmt::format("expected TTL on {}, found {}", place.shape.ttl,
                                          ttl->has_value() ? "it on " + **ttl : "it off"));
  // A table of another shape is somebody else's; and a TTL on another attribute serves somebody.
  if (another_shape || ttl->has_value()) return {};
  table.make = [place](std::stop_token making) { return add_ttl(place, std::move(making)); };
  return {};
}

}  // namespace

Result<Resource> inspect_table(const DynamoDb& dynamodb, const std::string& name, const TableShape& shape,
                               const ProvisionOptions& provision, Clock& clock, std::stop_token stop) {
  const Place place{dynamodb, name, shape, &clock};
  Resource table;
  table.name = fmt::format("DynamoDB table {}", name);
  table.shape = shape_text(shape, provision.on_demand);

  const auto found = dynamodb.describe_table(name, stop);
  if (found) {
    if (auto compared = compare(table, place, *found, std::move(stop)); !compared) {
      return std::unexpected(compared.error());
    }
  } else if (found.error().error.kind == ErrorKind::not_found) {
    table.make = [place, on_demand = provision.on_demand](std::stop_token making) {
      return make_table(place, on_demand, std::move(making));
    };
  } else {
    return std::unexpected(found.error().error);
  }
  return table;
}

Result<std::vector<Resource>> inspect_events_table(const config::Parsed& options, aws::Session& session,
                                                   const ProvisionOptions& provision, std::stop_token stop) {
  const auto& ddb = options.as<DdbOptions>();
  const auto dynamodb = DynamoDb::make(session, {.region = ddb.region, .endpoint_url = ddb.endpoint_url});
  if (!dynamodb) return wrap(dynamodb.error(), "publishers.ddb");
  auto table = inspect_table(*dynamodb, ddb.table_name, events_table_shape(), provision, session.clock(),
                             std::move(stop));
  if (!table) return std::unexpected(table.error());
  return std::vector{std::move(*table)};
}

std::vector<std::string> table_provision_actions() {
  return {"dynamodb:DescribeTable", "dynamodb:CreateTable", "dynamodb:DescribeTimeToLive",
          "dynamodb:UpdateTimeToLive"};
}

std::vector<Permission> table_provision_permissions(const config::Parsed& options) {
  const auto& ddb = options.as<DdbOptions>();
  return {{.actions = table_provision_actions(), .resources = {table_arn(ddb.region, ddb.table_name)}}};
}

std::string table_arn(const std::string& region, const std::string& table) {
  return fmt::format("arn:aws:dynamodb:{}:*:table/{}", region.empty() ? "*" : region, table);
}

}  // namespace kinesight::publish

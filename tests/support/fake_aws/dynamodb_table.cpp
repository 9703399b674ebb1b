#include "support/fake_aws/dynamodb_table.h"

#include <algorithm>
#include <set>

#include "support/fake_aws/dynamodb_value.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxItemBytes = 400 * 1024;

KeySchema read_schema(const Json& list) {
  KeySchema schema;
  for (const Json& key : list)
    (key.at("KeyType") == "HASH" ? schema.hash : schema.range) = key.at("AttributeName");
  if (schema.hash.empty()) {
    throw ServiceError(400, "ValidationException", "No Hash Key specified in schema.");
  }
  return schema;
}

}  // namespace

std::vector<std::string> KeySchema::names() const {
  return range.empty() ? std::vector{hash} : std::vector{hash, range};
}

bool KeyOrder::operator()(const std::vector<Json>& left, const std::vector<Json>& right) const {
  return std::ranges::lexicographical_compare(left, right,
                                              [](const Json& a, const Json& b) { return compare(a, b) < 0; });
}

Table::Table(const Json& request, std::int64_t created)
    : name_(request.at("TableName")),
      request_(request),
      created_(created),
      key_(read_schema(request.at("KeySchema"))) {
  std::set<std::string> used;
  const auto use = [&](const KeySchema& schema) {
    for (const std::string& name : schema.names()) used.insert(name);
  };
  use(key_);
  for (const Json& index : request.value("GlobalSecondaryIndexes", Json::array())) {
    use(indexes_[index.at("IndexName")] = read_schema(index.at("KeySchema")));
  }
  for (const Json& definition : request.at("AttributeDefinitions")) {
    types_[definition.at("AttributeName")] = definition.at("AttributeType");
  }
  if (!std::ranges::equal(used, types_, {}, {}, [](const auto& type) { return type.first; })) {
    throw ServiceError(
        400, "ValidationException",
        "One or more parameter values were invalid: Number of attributes in KeySchema does not "
        "exactly match number of attributes defined in AttributeDefinitions");
  }
}

Json Table::describe(bool still_creating) const {
  const std::string status = still_creating ? "CREATING" : "ACTIVE";
  Json table = {{"TableName", name_},
                {"TableStatus", status},
                {"TableArn", fmt::format("arn:aws:dynamodb:{}:{}:table/{}", kRegion, kAccount, name_)},
                {"CreationDateTime", created_},
                {"KeySchema", request_["KeySchema"]},
                {"AttributeDefinitions", request_["AttributeDefinitions"]},
                {"ItemCount", items_.size()},
                {"TableSizeBytes", 0}};
  const Json none = {{"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 0}, {"NumberOfDecreasesToday", 0}};
  const bool on_demand = request_.value("BillingMode", "") == "PAY_PER_REQUEST";
  if (on_demand) table["BillingModeSummary"] = {{"BillingMode", "PAY_PER_REQUEST"}};
  table["ProvisionedThroughput"] = request_.value("ProvisionedThroughput", none);
  for (Json index : request_.value("GlobalSecondaryIndexes", Json::array())) {
    index["IndexStatus"] = status;
    index["ProvisionedThroughput"] = index.value("ProvisionedThroughput", none);
    table["GlobalSecondaryIndexes"].push_back(index);
  }
  return table;
}

const KeySchema& Table::schema(const std::string& index) const {
  if (index.empty()) return key_;
  const auto found = indexes_.find(index);
  if (found == indexes_.end()) {
    throw ServiceError(400, "ValidationException", "The table does not have the specified index: {}", index);
  }
  return found->second;
}

void Table::check_type(const Json& item, const std::string& attribute, const std::string& index) const {
  const std::string found = type_of(item.at(attribute));
  const std::string& wanted = types_.at(attribute);
  if (found == wanted) return;
  const std::string where = index.empty() ? "key" : "Index Key";
  throw ServiceError(
      400, "ValidationException",
      "One or more parameter values were invalid: Type mismatch for {} {} expected: {} actual: {}", where,
      attribute, wanted, found);
}

void Table::check(const Json& item) const {
  for (const auto& [attribute, value] : item.items()) check_value(value);
  key_of(item);
  for (const auto& [index, schema] : indexes_) {
    for (const std::string& name : schema.names()) {
      if (item.contains(name)) check_type(item, name, index);
    }
  }
  if (item_size(item) > kMaxItemBytes) {
    throw ServiceError(400, "ValidationException", "Item size has exceeded the maximum allowed size");
  }
}

Json Table::key_of(const Json& item) const {
  Json key = Json::object();
  for (const std::string& name : key_.names()) {
    if (!item.contains(name)) {
      throw ServiceError(400, "ValidationException",
                         "One or more parameter values were invalid: Missing the key {} in the item", name);
    }
    check_type(item, name, "");
    if (item[name].contains("S") && item[name]["S"] == "") {
      throw ServiceError(400, "ValidationException",
                         "One or more parameter values are not valid. The AttributeValue for a key attribute "
                         "cannot contain an empty string value. Key: {}",
                         name);
    }
    key[name] = item[name];
  }
  return key;
}

std::vector<Json> Table::parts_of(const Json& item) const {
  std::vector<Json> parts;
  for (const std::string& name : key_.names()) parts.push_back(item.at(name));
  return parts;
}

void Table::put(const Json& item) { items_.insert_or_assign(parts_of(item), item); }
void Table::erase(const Json& key) { items_.erase(parts_of(key)); }

const Json* Table::find(const Json& key) const {
  const auto found = items_.find(parts_of(key));
  return found == items_.end() ? nullptr : &found->second;
}

std::vector<const Json*> Table::ordered(const KeySchema& by) const {
  std::vector<const Json*> covered;
  for (const auto& [key, item] : items_) {
    if (std::ranges::all_of(by.names(), [&](const auto& name) { return item.contains(name); })) {
      covered.push_back(&item);
    }
  }
  if (by.range.empty()) return covered;
  std::ranges::stable_sort(covered, [&](const Json* left, const Json* right) {
    return compare(left->at(by.range), right->at(by.range)) < 0;
  });
  return covered;
}

}  // namespace kinesight::support::fake

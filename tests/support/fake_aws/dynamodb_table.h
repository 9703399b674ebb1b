// A DynamoDB table in memory: its keys, indexes and items.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace kinesight::support::fake {

/// The attributes that a table or index orders its items by.
struct KeySchema {
  std::string hash;
  std::string range;  ///< Empty: none.

  std::vector<std::string> names() const;
};

/// Orders keys: by the hash attribute's, then the range attribute's value.
struct KeyOrder {
  bool operator()(const std::vector<nlohmann::json>& left, const std::vector<nlohmann::json>& right) const;
};

class Table {
 public:
  using Json = nlohmann::json;

  /// Of a CreateTable request. Throws ServiceError.
  Table(const Json& request, std::int64_t created);

  const std::string& name() const { return name_; }
  /// The `Table` of DescribeTable.
  Json describe(bool creating) const;
  /// The schema of an index, of the table itself when the name is empty. Throws ServiceError.
  const KeySchema& schema(const std::string& index) const;

  /// Throws ServiceError when an item cannot be put: keys, sizes, types.
  void check(const Json& item) const;
  void put(const Json& item);
  void erase(const Json& key);
  /// Null when there is none.
  const Json* find(const Json& key) const;
  /// The attributes of its key alone. Throws ServiceError when one is missing or of another type.
  Json key_of(const Json& item) const;
  /// All items that a schema covers, by its range attribute and then the table's own key.
  std::vector<const Json*> ordered(const KeySchema& by) const;

  std::string ttl_attribute;  ///< Empty: off.
  int creating = 0;           ///< This many descriptions still say CREATING.

 private:
  std::vector<Json> parts_of(const Json& key) const;
  void check_type(const Json& item, const std::string& attribute, const std::string& index) const;

  std::string name_;
  Json request_;
  std::int64_t created_;
  KeySchema key_;
  std::map<std::string, KeySchema> indexes_;
  std::map<std::string, std::string> types_;  ///< Of the key attributes.
  std::map<std::vector<Json>, Json, KeyOrder> items_;
};

}  // namespace kinesight::support::fake

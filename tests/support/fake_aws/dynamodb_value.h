// DynamoDB's attribute values: {"S": "text"}, {"N": "1.5"}, {"M": {…}}: their rules, sizes and order.
#pragma once

#include <compare>
#include <nlohmann/json.hpp>
#include <string>

namespace kinesight::support::fake {

/// A number by its digits: 1.0 and 1e0 are the same key.
struct Decimal {
  int sign = 0;        ///< -1, 0, 1.
  int magnitude = 0;   ///< The power of ten before the first digit: 0.d1d2… x 10^magnitude.
  std::string digits;  ///< Without zeros at either end.

  /// Throws ServiceError for what is no number, or one that DynamoDB cannot hold (38 digits, 1e126).
  static Decimal parse(const std::string& text);
  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const = default;
};

/// "S", "N", …: what kind of value it is. Throws ServiceError for none.
std::string type_of(const nlohmann::json& value);
/// Checks a value and all values in it; throws ServiceError.
void check_value(const nlohmann::json& value);
/// What it counts towards 400 KB.
std::size_t size_of(const nlohmann::json& value);
std::size_t item_size(const nlohmann::json& item);

/// Unordered when they are of different or unordered types.
std::partial_ordering compare(const nlohmann::json& left, const nlohmann::json& right);

}  // namespace kinesight::support::fake

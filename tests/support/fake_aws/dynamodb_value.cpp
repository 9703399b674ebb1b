#include "support/fake_aws/dynamodb_value.h"

#include <regex>

#include "support/fake_aws/encoding.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostDigits = 38;
constexpr int kMostMagnitude = 126;
constexpr int kLeastMagnitude = -129;
constexpr std::size_t kCollectionBytes = 3;

[[noreturn]] void fail_validation(const std::string& message) {
  throw ServiceError(400, "ValidationException", "{}", message);
}

std::string decode_binary(const Json& value) {
  auto bytes = from_base64(value.get<std::string>());
  if (!bytes) throw ServiceError(400, "SerializationException", "A B attribute is not base64.");
  return *bytes;
}

}  // namespace

Decimal Decimal::parse(const std::string& text) {
  static const std::regex form(R"(([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?)");
  std::smatch match;
  if (!std::regex_match(text, match, form) || match.length(2) + match.length(3) == 0) {
    fail_validation("A value provided cannot be converted into a number");
  }
  Decimal number;
  number.digits = match.str(2) + match.str(3);
  number.magnitude = static_cast<int>(match.length(2)) + (match[4].matched ? std::stoi(match.str(4)) : 0);
  const std::size_t zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, zeros);
  number.magnitude -= static_cast<int>(zeros);
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  if (number.digits.empty()) return {};
  number.sign = match.str(1) == "-" ? -1 : 1;
  if (number.digits.size() > kMostDigits) {
    fail_validation("Attempting to store more than 38 significant digits in a Number");
  }
  if (number.magnitude > kMostMagnitude) {
    fail_validation(
        "Number overflow. Attempting to store a number with magnitude larger than supported range");
  }
  if (number.magnitude < kLeastMagnitude) {
    fail_validation(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range");
  }
  return number;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (sign != other.sign) return sign <=> other.sign;
  auto order = magnitude <=> other.magnitude;
  if (order == 0) order = digits.compare(other.digits) <=> 0;
  return sign < 0 ? 0 <=> order : order;
}

std::string type_of(const Json& value) {
  if (!value.is_object() || value.size() != 1) {
    fail_validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  return value.begin().key();
}

void check_value(const Json& value) {
  const std::string type = type_of(value);
  const Json& content = value.begin().value();
  if (type == "S")
    content.get_ref<const std::string&>();
  else if (type == "N")
    Decimal::parse(content.get<std::string>());
  else if (type == "B")
    decode_binary(content);
  else if (type == "BOOL" || type == "NULL")
    content.get<bool>();
  else if (type == "L")
    for (const Json& entry : content) check_value(entry);
  else if (type == "M")
    for (const Json& entry : content) check_value(entry);
  else if (type != "SS" && type != "NS" && type != "BS")
    fail_validation("Unknown type of value: " + type);
}

std::size_t size_of(const Json& value) {
  const std::string type = type_of(value);
  const Json& content = value.begin().value();
  if (type == "S") return content.get_ref<const std::string&>().size();
  if (type == "N") return (Decimal::parse(content.get<std::string>()).digits.size() + 1) / 2 + 1;
  if (type == "B") return decode_binary(content).size();
  if (type == "BOOL" || type == "NULL") return 1;
  std::size_t bytes = kCollectionBytes;
  for (const auto& [name, entry] : content.items()) {
    bytes += 1 + (type == "M" ? name.size() : 0);
    bytes += type == "M" || type == "L" ? size_of(entry) : entry.get_ref<const std::string&>().size();
  }
  return bytes;
}

std::size_t item_size(const Json& item) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : item.items()) bytes += name.size() + size_of(value);
  return bytes;
}

std::partial_ordering compare(const Json& left, const Json& right) {
  const std::string type = type_of(left);
  if (type != type_of(right)) return std::partial_ordering::unordered;
  const Json& a = left.begin().value();
  const Json& b = right.begin().value();
  if (type == "N") return Decimal::parse(a.get<std::string>()) <=> Decimal::parse(b.get<std::string>());
  if (type == "S") return a.get_ref<const std::string&>().compare(b.get_ref<const std::string&>()) <=> 0;
  if (type == "B") return decode_binary(a).compare(decode_binary(b)) <=> 0;
  return a == b ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
}

}  // namespace kinesight::support::fake

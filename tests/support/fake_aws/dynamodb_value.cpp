#include "support/fake_aws/dynamodb_value.h"

#include <charconv>

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

std::string_view take_digits(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

/// "e-7" off the front of `text`, which stays as it is when it begins with none.
int take_exponent(std::string_view& text) {
  if (!text.starts_with('e') && !text.starts_with('E')) return 0;
  const char* const end = text.data() + text.size();
  const char* const start = text.data() + (text.substr(1).starts_with('+') ? 2 : 1);
  int exponent = 0;
  const auto [stop, error] = std::from_chars(start, end, exponent);
  if (error == std::errc()) text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return exponent;
}

}  // namespace

Decimal Decimal::parse(const std::string& text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const std::string_view whole = take_digits(rest);
  const bool point = rest.starts_with('.');
  if (point) rest.remove_prefix(1);
  const std::string_view fraction = point ? take_digits(rest) : "";
  Decimal number;
  number.digits = fmt::format("{}{}", whole, fraction);
  number.magnitude = static_cast<int>(whole.size()) + take_exponent(rest);
  if (number.digits.empty() || !rest.empty()) {
    fail_validation("A value provided cannot be converted into a number");
  }
  const std::size_t zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, zeros);
  number.magnitude -= static_cast<int>(zeros);
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  if (number.digits.empty()) return {};
  number.sign = negative ? -1 : 1;
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

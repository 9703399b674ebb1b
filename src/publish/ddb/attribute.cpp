#include "publish/ddb/attribute.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>

namespace kinesight::publish {
namespace {

using Json = nlohmann::json;

// What the type N holds, in magnitude: from the first, and below the second.
constexpr double kSmallestNumber = 1e-130;
constexpr double kTooLargeNumber = 1e126;
// DynamoDB nests 32 deep; answers of anything else stop here.
constexpr int kDeepest = 64;

template <class Number>
std::string shortest(Number number) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

aws::Item from_double(double number) {
  if (!std::isfinite(number)) return {{"NULL", true}};
  if (number == 0) return {{"N", "0"}};  // DynamoDB knows no -0.
  const double magnitude = std::abs(number);
  const bool fits = magnitude >= kSmallestNumber && magnitude < kTooLargeNumber;
  return {{fits ? "N" : "S", shortest(number)}};
}

/// `text` as a number of that type, if it is one to its last character.
template <class Number>
std::optional<Number> read_number(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Json number_of(const std::string& text) {
  if (const auto number = read_number<std::int64_t>(text)) return *number;
  if (const auto number = read_number<std::uint64_t>(text)) return *number;
  if (const auto number = read_number<double>(text); number && std::isfinite(*number)) return *number;
  throw std::runtime_error(fmt::format("expected a number, found \"{}\"", text));
}

Json value_of(const aws::Item& attribute, int depth);

Json list_of(const aws::Item& elements, int depth) {
  Json list = Json::array();
  for (const auto& element : elements.get_ref<const Json::array_t&>()) {
    list.push_back(value_of(element, depth));
  }
  return list;
}

Json map_of(const aws::Item& members, int depth) {
  Json map = Json::object();
  for (const auto& [name, member] : members.get_ref<const Json::object_t&>()) {
    map[name] = value_of(member, depth);
  }
  return map;
}

Json number_set(const aws::Item& elements) {
  Json list = Json::array();
  for (const auto& element : elements) list.push_back(number_of(element.get<std::string>()));
  return list;
}

Json value_of(const aws::Item& attribute, int depth) {
  if (depth > kDeepest) throw std::runtime_error(fmt::format("nested more than {} deep", kDeepest));
  if (!attribute.is_object() || attribute.size() != 1) {
    throw std::runtime_error("expected a value with its type, found " + std::string(attribute.type_name()));
  }
  const auto& [type, value] = *attribute.get_ref<const Json::object_t&>().begin();
  if (type == "S" || type == "B") return value.get<std::string>();
  if (type == "N") return number_of(value.get<std::string>());
  if (type == "BOOL") return value.get<bool>();
  if (type == "NULL") return nullptr;
  if (type == "L") return list_of(value, depth + 1);
  if (type == "M") return map_of(value, depth + 1);
  if (type == "SS" || type == "BS") return value.get<std::vector<std::string>>();
  if (type == "NS") return number_set(value);
  throw std::runtime_error(fmt::format("expected one of DynamoDB's types, found \"{}\"", type));
}

/// One byte for two significant digits, and one more; a sign takes another.
std::size_t number_bytes(const std::string& text) {
  const auto digits = std::ranges::count_if(text, [](unsigned char c) { return std::isdigit(c); });
  return static_cast<std::size_t>(digits + 1) / 2 + 1 + (text.starts_with('-') ? 1 : 0);
}

std::size_t value_bytes(const aws::Item& attribute) {
  constexpr std::size_t kContainer = 3;
  constexpr std::size_t kElement = 1;
  const auto& [type, value] = *attribute.get_ref<const Json::object_t&>().begin();
  if (type == "N") return number_bytes(value.get_ref<const std::string&>());
  if (value.is_string()) return value.get_ref<const std::string&>().size();
  if (type != "L" && type != "M") return 1;
  std::size_t bytes = kContainer + kElement * value.size();
  if (type == "M") return bytes + item_bytes(value);
  for (const auto& element : value) bytes += value_bytes(element);
  return bytes;
}

}  // namespace

aws::Item to_attribute(const Json& value) {
  switch (value.type()) {
    case Json::value_t::string:
      return {{"S", value}};
    case Json::value_t::boolean:
      return {{"BOOL", value}};
    case Json::value_t::number_integer:
      return {{"N", shortest(value.get<std::int64_t>())}};
    case Json::value_t::number_unsigned:
      return {{"N", shortest(value.get<std::uint64_t>())}};
    case Json::value_t::number_float:
      return from_double(value.get<double>());
    case Json::value_t::array: {
      Json list = Json::array();
      for (const auto& element : value) list.push_back(to_attribute(element));
      return {{"L", std::move(list)}};
    }
    case Json::value_t::object: {
      Json map = Json::object();
      for (const auto& [name, member] : value.items()) map[name] = to_attribute(member);
      return {{"M", std::move(map)}};
    }
    default:
      return {{"NULL", true}};
  }
}

Result<Json> from_attribute(const aws::Item& attribute) try {
  return value_of(attribute, 0);
} catch (const std::exception& exception) {
  return fail(ErrorKind::corrupt, "not a DynamoDB value: {}", exception.what());
}

std::size_t item_bytes(const aws::Item& item) {
  std::size_t bytes = 0;
  for (const auto& [name, attribute] : item.items()) bytes += name.size() + value_bytes(attribute);
  return bytes;
}

}  // namespace kinesight::publish

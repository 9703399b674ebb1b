#include "stream/tables/decimal.h"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>

namespace kinesight::stream {
namespace {

constexpr int kSmallestExponent = -130;
constexpr int kLargestExponent = 125;
/// So many zeros behind the point are written out.
constexpr int kMostZeros = 5;

/// A number as digits, and the power of ten that its last digit stands for.
struct Digits {
  bool negative = false;
  std::string digits;  ///< Without zeros before the first other digit; "0" for nothing else.
  int exponent = 0;

  /// Of the first digit.
  int adjusted() const { return exponent + static_cast<int>(digits.size()) - 1; }
  bool is_zero() const { return digits.find_first_not_of('0') == std::string::npos; }
};

Digits parse(const std::string& number) {
  Digits parsed;
  parsed.negative = number.starts_with('-');
  const std::size_t end = std::min(number.find_first_of("eE"), number.size());
  if (end < number.size()) {
    const char* exponent = number.data() + end + 1;
    if (*exponent == '+') ++exponent;
    std::from_chars(exponent, number.data() + number.size(), parsed.exponent);
  }
  const std::size_t point = std::min(number.find('.'), end);
  if (point < end) parsed.exponent -= static_cast<int>(end - point - 1);
  for (const char c : std::string_view(number).substr(0, end))
    if (c >= '0' && c <= '9' && (c != '0' || !parsed.digits.empty())) parsed.digits += c;
  if (parsed.digits.empty()) parsed.digits = "0";
  return parsed;
}

std::string plain_text(const Digits& number) {
  const int before = number.adjusted() + 1;  // Digits before the point.
  if (number.exponent == 0) return number.digits;
  if (before <= 0) return "0." + std::string(static_cast<std::size_t>(-before), '0') + number.digits;
  const auto point = static_cast<std::size_t>(before);
  return number.digits.substr(0, point) + "." + number.digits.substr(point);
}

std::string scientific_text(const Digits& number) {
  std::string text = number.digits.substr(0, 1);
  if (number.digits.size() > 1) text += "." + number.digits.substr(1);
  return fmt::format("{}E{:+}", text, number.adjusted());
}

}  // namespace

std::optional<std::string> decimal_text(const std::string& number) {
  const Digits parsed = parse(number);
  const int adjusted = parsed.adjusted();
  if (!parsed.is_zero() && (adjusted < kSmallestExponent || adjusted > kLargestExponent)) return std::nullopt;
  const bool plain = parsed.exponent <= 0 && adjusted >= -kMostZeros - 1;
  return (parsed.negative ? "-" : "") + (plain ? plain_text(parsed) : scientific_text(parsed));
}

}  // namespace kinesight::stream

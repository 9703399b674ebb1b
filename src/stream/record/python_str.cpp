// Values as Python's str() prints them.
#include <charconv>
#include <cmath>

#include "stream/record/fields.h"

namespace kinesight::stream {
namespace {

using simdjson::dom::element_type;

/// repr() of a Python float: the shortest digits that read back as the same number, with an exponent below
/// 1e-4 and from 1e16 on (docs.python.org/3/library/functions.html#repr; PyOS_double_to_string, format 'r').
std::string python_float(double number) {
  char buffer[400];
  const double size = std::fabs(number);
  const bool exponent = size != 0 && (size < 1e-4 || size >= 1e16);
  const auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, format).ptr;
  std::string text(buffer, end);
  if (!exponent && text.find('.') == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::optional<std::string> python_str(const Json* value) {
  if (value == nullptr) return "None";
  switch (value->type()) {
    case element_type::STRING:
      return std::string(std::string_view(*value));
    case element_type::INT64:
      return std::to_string(std::int64_t(*value));
    case element_type::UINT64:
      return std::to_string(std::uint64_t(*value));
    case element_type::DOUBLE:
      return python_float(double(*value));
    case element_type::BOOL:
      return bool(*value) ? "True" : "False";
    case element_type::NULL_VALUE:
      return "None";
    default:
      return std::nullopt;
  }
}

}  // namespace kinesight::stream

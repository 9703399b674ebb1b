#include "http/byte_range.h"

#include <algorithm>
#include <charconv>

namespace kinesight::http {
namespace {

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<ByteRange> byte_range(std::string_view header, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const ByteRange all{0, size};
  if (!header.starts_with(kUnit)) return all;
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return all;
  const auto first = number(header.substr(0, dash)), last = number(header.substr(dash + 1));
  const bool open = dash + 1 == header.size();
  if (dash == 0) {  // The last so many.
    if (!last) return all;
    if (*last == 0 || size == 0) return std::nullopt;
    return ByteRange{size - std::min(*last, size), std::min(*last, size)};
  }
  if (!first || (!last && !open) || (last && *last < *first)) return all;
  if (*first >= size) return std::nullopt;
  return ByteRange{*first, std::min(last.value_or(size - 1), size - 1) - *first + 1};
}

}  // namespace kinesight::http

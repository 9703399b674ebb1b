#include "net/http_date.h"

#include <charconv>
#include <chrono>

namespace kinesight::net {
namespace {

/// The number that `text` is; -1 when it is none.
int number(std::string_view text) {
  int value = -1;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  return trouble == std::errc() && end == text.data() + text.size() ? value : -1;
}

/// 1 to 12; 0 for no month.
unsigned month_number(std::string_view name) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto at = kMonths.find(name);
  return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<unsigned>(at / 3 + 1);
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  // 0    5  8   12   17 20 23 26
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT") || text[19] != ':' ||
      text[22] != ':')
    return std::nullopt;
  const int hour = number(text.substr(17, 2));
  const int minute = number(text.substr(20, 2));
  const int second = number(text.substr(23, 2));
  const std::chrono::year_month_day date{std::chrono::year(number(text.substr(12, 4))),
                                         std::chrono::month(month_number(text.substr(8, 3))),
                                         std::chrono::day(static_cast<unsigned>(number(text.substr(5, 2))))};
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                    std::chrono::seconds(second);
  return time.time_since_epoch() / std::chrono::seconds(1);
}

}  // namespace kinesight::net

#include "event/moment.h"

#include <charconv>
#include <chrono>
#include <optional>

namespace kinesight::event {
namespace {

using std::chrono::milliseconds;

std::unexpected<Error> not_a_moment(std::string_view text) {
  return fail(
      ErrorKind::invalid,
      "expected how long ago (90s, 10m, 1h, 2d), an ISO time (2026-01-31T12:00:00Z) or Unix milliseconds, "
      "found '{}'",
      text);
}

/// Takes digits off the front of a text, step by step; `good` says whether all steps found theirs.
struct Scanner {
  std::string_view rest;
  bool good = true;

  int number(std::size_t digits) {
    int value = 0;
    const auto part = rest.substr(0, digits);
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    good = good && error == std::errc{} && part.size() == digits && end == part.data() + digits &&
           part[0] != '-';
    rest.remove_prefix(part.size());
    return value;
  }
  bool skip(char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) { good = skip(c) && good; }
};

std::optional<milliseconds> parse_ago(std::string_view text) {
  double count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || unit.size() != 1 || !(count >= 0 && count < 1e6)) return std::nullopt;
  double seconds = 0;
  switch (unit[0]) {
    case 's':
      seconds = 1;
      break;
    case 'm':
      seconds = 60;
      break;
    case 'h':
      seconds = 3600;
      break;
    case 'd':
      seconds = 86400;
      break;
    case 'w':
      seconds = 7 * 86400;
      break;
    default:
      return std::nullopt;
  }
  return milliseconds(static_cast<std::int64_t>(count * seconds * 1000));
}

std::chrono::sys_days parse_date(Scanner& scanner) {
  const std::chrono::year year(scanner.number(4));
  scanner.expect('-');
  const std::chrono::month month(static_cast<unsigned>(scanner.number(2)));
  scanner.expect('-');
  const std::chrono::day day(static_cast<unsigned>(scanner.number(2)));
  scanner.good = scanner.good && (year / month / day).ok();
  return year / month / day;
}

milliseconds parse_fraction(Scanner& scanner) {
  std::int64_t value = 0;
  int unit = 100;  // Digits after the third are finer than we keep.
  bool any = false;
  while (!scanner.rest.empty() && scanner.rest[0] >= '0' && scanner.rest[0] <= '9') {
    value += (scanner.rest[0] - '0') * unit;
    unit /= 10;
    any = true;
    scanner.rest.remove_prefix(1);
  }
  scanner.good = scanner.good && any;
  return milliseconds(value);
}

milliseconds parse_time_of_day(Scanner& scanner) {
  const int hours = scanner.number(2);
  scanner.expect(':');
  const int minutes = scanner.number(2);
  const int seconds = scanner.skip(':') ? scanner.number(2) : 0;
  const milliseconds fraction = scanner.skip('.') ? parse_fraction(scanner) : milliseconds(0);
  scanner.good = scanner.good && hours < 24 && minutes < 60 && seconds < 60;
  return std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds) + fraction;
}

/// How far the zone is ahead of UTC.
milliseconds parse_zone(Scanner& scanner) {
  if (scanner.rest.empty() || scanner.skip('Z')) return milliseconds(0);
  const int sign = scanner.skip('-') ? -1 : 1;
  if (sign > 0) scanner.expect('+');
  const int hours = scanner.number(2);
  int minutes = 0;
  if (!scanner.rest.empty()) {  // "+01" will do.
    scanner.skip(':');
    minutes = scanner.number(2);
  }
  scanner.good = scanner.good && hours < 24 && minutes < 60;
  return sign * (std::chrono::hours(hours) + std::chrono::minutes(minutes));
}

std::optional<milliseconds> parse_iso(std::string_view text) {
  Scanner scanner{text};
  milliseconds moment = parse_date(scanner).time_since_epoch();
  if (!scanner.rest.empty()) {
    if (!scanner.skip('T')) scanner.expect(' ');
    moment += parse_time_of_day(scanner);
    moment -= parse_zone(scanner);
  }
  if (!scanner.good || !scanner.rest.empty()) return std::nullopt;
  return moment;
}

}  // namespace

Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms) {
  if (text == "now") return now_ms;
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  constexpr std::int64_t kYear10000 = 253'402'300'800'000;
  if (error == std::errc{} && end == text.data() + text.size() && ms >= 0 && ms < kYear10000) return ms;
  if (const auto ago = parse_ago(text)) return now_ms - ago->count();
  if (const auto moment = parse_iso(text)) return moment->count();
  return not_a_moment(text);
}

Result<std::int64_t> parse_iso_time(std::string_view text) {
  if (const auto moment = parse_iso(text)) return moment->count();
  return fail(ErrorKind::invalid, "expected an ISO time (2026-01-31T12:00:00Z), found '{}'", text);
}

std::string format_moment(std::int64_t ms) {
  const std::chrono::sys_time<milliseconds> moment{milliseconds(ms)};
  const auto days = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss time(moment - days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), time.hours().count(), time.minutes().count(),
                     time.seconds().count(), time.subseconds().count());
}

}  // namespace kinesight::event

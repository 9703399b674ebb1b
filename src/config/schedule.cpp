#include "config/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/nearest.h"
#include "config/yaml.h"

namespace kinesight::config {
namespace {

constexpr int kDayMinutes = 24 * 60;
constexpr std::string_view kBlanks = " \t";

using Fault = std::optional<std::string>;

const std::vector<std::string>& day_names() {
  static const std::vector<std::string> names = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return names;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](unsigned char c) { return std::tolower(c); },
      [](unsigned char c) { return std::tolower(c); });
}

/// What stands before `separator`, which goes away with it; all of it when there is none.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return head;
}

/// 0 for Monday; or what is wrong with `word`.
std::expected<int, std::string> day(std::string_view word) {
  const auto found =
      std::ranges::find_if(day_names(), [&](const std::string& name) { return same_word(name, word); });
  if (found != day_names().end()) return static_cast<int>(found - day_names().begin());
  return std::unexpected(
      fmt::format("{} is no day from Mon to Sun{}", in_quotes(word), did_you_mean(word, day_names())));
}

/// "Mon-Fri,Sun" or "daily". A range may go over the end of the week.
Fault read_days(std::string_view text, WeekSpan& span) {
  if (same_word(text, "daily")) {
    span.days.fill(true);
    return std::nullopt;
  }
  if (text.ends_with(',')) return fmt::format("{} lacks a day at its end", in_quotes(text));
  while (!text.empty()) {
    std::string_view last = cut(text, ',');
    const bool range = last.contains('-');
    const std::string_view first = range ? cut(last, '-') : last;
    const auto from = day(first);
    const auto to = day(last);
    if (!from) return from.error();
    if (!to) return to.error();
    span.days[static_cast<std::size_t>(*to)] = true;
    for (int at = *from; at != *to; at = (at + 1) % 7) span.days[static_cast<std::size_t>(at)] = true;
  }
  return std::nullopt;
}

/// "8:05" or "24:00", in minutes.
std::optional<int> minutes(std::string_view text) {
  const std::string_view hours = cut(text, ':');
  const auto number = [](std::string_view digits) {
    const bool good = std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c) != 0; });
    if (!good || digits.empty() || digits.size() > 2) return -1;
    return digits.size() == 1 ? digits[0] - '0' : (digits[0] - '0') * 10 + (digits[1] - '0');
  };
  const int hour = number(hours);
  const int minute = text.size() == 2 ? number(text) : -1;
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > kDayMinutes) return std::nullopt;
  return hour * 60 + minute;
}

/// "22:00-06:00".
Fault read_hours(std::string_view text, WeekSpan& span) {
  const std::string_view whole = text;
  const auto from = minutes(cut(text, '-'));
  const auto to = minutes(text);
  if (!from || !to) return fmt::format("{} is no hours from 00:00 to 24:00", in_quotes(whole));
  if (*from == *to) return fmt::format("{} is empty; a whole day is 00:00-24:00", in_quotes(whole));
  if (*from == kDayMinutes) return fmt::format("{} begins when the day is over", in_quotes(whole));
  span.from_minute = *from;
  span.to_minute = *to;
  return std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

}  // namespace

bool WeekSpan::covers(int weekday, int second) const {
  const bool today = days[static_cast<std::size_t>(weekday)];
  const bool yesterday = days[static_cast<std::size_t>((weekday + 6) % 7)];
  const bool begun = second >= from_minute * 60;
  const bool over = second >= to_minute * 60;
  if (from_minute < to_minute) return today && begun && !over;
  return (today && begun) || (yesterday && !over);
}

std::expected<WeekSpan, std::string> parse_week_span(std::string_view text) {
  WeekSpan span;
  const std::vector<std::string_view> words = words_of(text);
  Fault fault;
  if (words.empty()) fault = "it is empty";
  if (words.size() > 2)
    fault = "there is more than days and hours; write each without blanks: Mon,Tue 22:00-06:00";
  const bool hours_alone = !words.empty() && std::isdigit(static_cast<unsigned char>(words[0].front()));
  if (!fault && hours_alone && words.size() == 2) fault = "days come before hours";
  if (!fault) fault = read_days(hours_alone ? "daily" : words.front(), span);
  if (!fault && (hours_alone || words.size() == 2)) fault = read_hours(words.back(), span);
  if (!fault) return span;
  return std::unexpected(
      fmt::format("expected days, hours or both, such as 'Mon-Fri 22:00-06:00', 'Sat,Sun' or 'daily "
                  "08:00-18:00', found {}: {}",
                  in_quotes(text), *fault));
}

std::optional<std::string> schedule_fault(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (const auto span = parse_week_span(line); !span) return span.error();
  }
  return std::nullopt;
}

}  // namespace kinesight::config

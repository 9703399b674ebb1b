#include "config/value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace kinesight::config {
namespace {

template <class Number>
bool read_number(const Value& value, Number& into) {
  Number number{};
  const char* end = value.text.data() + value.text.size();
  const auto [stopped, problem] = std::from_chars(value.text.data(), end, number);
  if (value.is_list || problem != std::errc() || stopped != end) return false;
  into = number;
  return true;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

bool read(const Value& value, bool& into) {
  // The words YAML 1.1 readers take, so that a file means the same here as in the tools around us.
  if (value.is_list) return false;
  const std::string word = lower(value.text);
  const bool yes = word == "true" || word == "yes" || word == "on";
  if (!yes && word != "false" && word != "no" && word != "off") return false;
  into = yes;
  return true;
}

bool read(const Value& value, int& into) { return read_number(value, into); }
bool read(const Value& value, long& into) { return read_number(value, into); }

bool read(const Value& value, double& into) {
  double number = 0;
  if (!read_number(value, number) || !std::isfinite(number)) return false;
  into = number;
  return true;
}

bool read(const Value& value, std::string& into) {
  if (value.is_list) return false;
  into = value.text;
  return true;
}

bool read(const Value& value, std::vector<std::string>& into) {
  if (!value.is_list) return false;
  into = value.items;
  return true;
}

bool read(const Value& value, std::vector<RelativePoint>& into) {
  if (!value.is_list || !value.items.empty()) return false;
  std::vector<RelativePoint> points;
  for (const std::vector<std::string>& row : value.rows) {
    RelativePoint point;
    const bool good =
        row.size() == 2 && read(Value::scalar(row[0]), point.x) && read(Value::scalar(row[1]), point.y);
    if (!good) return false;
    points.push_back(point);
  }
  into = std::move(points);
  return true;
}

std::string show(bool value) { return value ? "true" : "false"; }
std::string show(int value) { return fmt::format("{}", value); }
std::string show(long value) { return fmt::format("{}", value); }
std::string show(double value) { return fmt::format("{}", value); }
std::string show(const std::string& value) { return value; }
std::string show(const std::vector<std::string>& value) {
  return value.empty() ? "" : fmt::format("[{}]", fmt::join(value, ", "));
}

std::string show(const std::vector<RelativePoint>& value) {
  std::vector<std::string> points;
  for (const RelativePoint& point : value) points.push_back(fmt::format("[{}, {}]", point.x, point.y));
  return show(points);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return items;
}

}  // namespace kinesight::config

#include "config/value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace kinesight::config {
namespace {

template <class Number>
std::expected<void, Expected> read_number(const Value& value, Number& into, std::string_view expected) {
  Number number{};
  const char* end = value.text.data() + value.text.size();
  const auto [stopped, problem] = std::from_chars(value.text.data(), end, number);
  if (value.is_list || problem != std::errc() || stopped != end) return std::unexpected(Expected(expected));
  into = number;
  return {};
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

std::expected<void, Expected> read(const Value& value, bool& into) {
  // The words YAML 1.1 readers take, so that a file means the same here as in the tools around us.
  const std::string word = lower(value.text);
  const auto is = [&](std::string_view candidate) { return word == candidate; };
  if (!value.is_list && (is("true") || is("yes") || is("on"))) {
    into = true;
  } else if (!value.is_list && (is("false") || is("no") || is("off"))) {
    into = false;
  } else {
    return std::unexpected(Expected("true or false"));
  }
  return {};
}

std::expected<void, Expected> read(const Value& value, int& into) {
  return read_number(value, into, "a whole number");
}

std::expected<void, Expected> read(const Value& value, long& into) {
  return read_number(value, into, "a whole number");
}

std::expected<void, Expected> read(const Value& value, double& into) {
  double number = 0;
  auto done = read_number(value, number, "a number");
  if (done && !std::isfinite(number)) return std::unexpected(Expected("a finite number"));
  if (done) into = number;
  return done;
}

std::expected<void, Expected> read(const Value& value, std::string& into) {
  if (value.is_list) return std::unexpected(Expected("a string"));
  into = value.text;
  return {};
}

std::expected<void, Expected> read(const Value& value, std::vector<std::string>& into) {
  if (!value.is_list) return std::unexpected(Expected("a list of strings"));
  into = value.items;
  return {};
}

std::string show(bool value) { return value ? "true" : "false"; }
std::string show(int value) { return fmt::format("{}", value); }
std::string show(long value) { return fmt::format("{}", value); }
std::string show(double value) { return fmt::format("{}", value); }
std::string show(const std::string& value) { return value; }
std::string show(const std::vector<std::string>& value) {
  return value.empty() ? "" : fmt::format("[{}]", fmt::join(value, ", "));
}

}  // namespace kinesight::config

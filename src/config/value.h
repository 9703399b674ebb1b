// A value as somebody wrote it: in YAML, in the environment or on the command line.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::config {

/// A scalar's text, or a list of scalars.
struct Value {
  std::string text;
  std::vector<std::string> items;
  bool is_list = false;

  static Value scalar(std::string text) { return {std::move(text), {}, false}; }
  static Value list(std::vector<std::string> items) { return {{}, std::move(items), true}; }
};

/// What a value should have been, when it cannot be read: "a whole number", "true or false".
using Expected = std::string;

/// Reads a value into a C++ type. One overload a type that options can have; whole text or nothing.
std::expected<void, Expected> read(const Value& value, bool& into);
std::expected<void, Expected> read(const Value& value, int& into);
std::expected<void, Expected> read(const Value& value, long& into);
std::expected<void, Expected> read(const Value& value, double& into);
std::expected<void, Expected> read(const Value& value, std::string& into);
std::expected<void, Expected> read(const Value& value, std::vector<std::string>& into);

/// The way back, as documentation shows a default; empty for an empty string or list.
std::string show(bool value);
std::string show(int value);
std::string show(long value);
std::string show(double value);
std::string show(const std::string& value);
std::string show(const std::vector<std::string>& value);

/// What documentation calls the type.
constexpr std::string_view type_name(bool) { return "boolean"; }
constexpr std::string_view type_name(int) { return "integer"; }
constexpr std::string_view type_name(long) { return "integer"; }
constexpr std::string_view type_name(double) { return "number"; }
inline std::string_view type_name(const std::string&) { return "string"; }
inline std::string_view type_name(const std::vector<std::string>&) { return "list of strings"; }

}  // namespace kinesight::config

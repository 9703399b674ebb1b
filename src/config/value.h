// A value as somebody wrote it: in YAML, in the environment or on the command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kinesight::config {

/// A scalar's text, a list of scalars, or (for options of Shape::rows alone) a list of lists of scalars.
struct Value {
  std::string text;
  std::vector<std::string> items;
  bool is_list = false;
  std::vector<std::vector<std::string>> rows{};

  static Value scalar(std::string text) { return {std::move(text), {}, false}; }
  static Value list(std::vector<std::string> items) { return {{}, std::move(items), true}; }
  static Value list(std::vector<std::vector<std::string>> rows) { return {{}, {}, true, std::move(rows)}; }
};

/// A point of a picture: shares of its width and height, 0 to 1, from the upper left corner.
struct RelativePoint {
  double x = 0, y = 0;
  bool operator==(const RelativePoint&) const = default;
};

/// Reads a value into a C++ type: one overload a type that options can have. Whole text or nothing: false
/// leaves `into` as it was.
bool read(const Value& value, bool& into);
bool read(const Value& value, int& into);
bool read(const Value& value, long& into);
bool read(const Value& value, double& into);  ///< Finite numbers only.
bool read(const Value& value, std::string& into);
bool read(const Value& value, std::vector<std::string>& into);
bool read(const Value& value, std::vector<RelativePoint>& into);  ///< Rows of two numbers, of any size.

/// An option that may be left out has no value until one is read.
template <class T>
bool read(const Value& value, std::optional<T>& into) {
  T read_value{};
  if (!read(value, read_value)) return false;
  into = std::move(read_value);
  return true;
}

/// The way back, as documentation shows a default; empty for an empty string or list.
std::string show(bool value);
std::string show(int value);
std::string show(long value);
std::string show(double value);
std::string show(const std::string& value);
std::string show(const std::vector<std::string>& value);
std::string show(const std::vector<RelativePoint>& value);

/// The same for one that may be left out.
template <class T>
std::string show(const std::optional<T>& value) {
  return value ? show(*value) : std::string();
}

/// The items of a list where it has to be one word, in the environment: "knife,gun". Blanks around items do
/// not count.
std::vector<std::string> split_list(std::string_view text);

/// How a value is written: as one word, as a list of words, as a list of lists of words (in files alone), or
/// (on a command line) by being there at all.
enum class Shape { scalar, list, rows, flag };

/// What documentation calls the type of an option, and what an error text says was expected.
struct TypeName {
  std::string_view name;
  std::string_view expected;
  Shape shape = Shape::scalar;
};

/// The names of the type of the argument, whose value does not matter.
constexpr TypeName type_name(bool) { return {"boolean", "true or false", Shape::flag}; }
constexpr TypeName type_name(int) { return {"integer", "a whole number"}; }
constexpr TypeName type_name(long) { return {"integer", "a whole number"}; }
constexpr TypeName type_name(double) { return {"number", "a number"}; }
inline TypeName type_name(const std::string&) { return {"string", "a string"}; }
inline TypeName type_name(const std::vector<std::string>&) {
  return {"list of strings", "a list of strings", Shape::list};
}
inline TypeName type_name(const std::vector<RelativePoint>&) {
  return {"list of points", "a list of points [x, y]", Shape::rows};
}

/// The same for an option that may be left out.
template <class T>
TypeName type_name(const std::optional<T>&) {
  return type_name(T{});
}

}  // namespace kinesight::config

// Comma-separated values (RFC 4180) as JSON objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::stream {

/// A value of a row.
struct CsvValue {
  std::string text;
  bool quoted = false;
};

/// Takes a row apart, line by line: a value in quotes may hold line breaks.
class CsvRow {
 public:
  /// Forgets what there is and awaits a row's first line.
  void begin();
  /// Takes the next line, without its "\n"; a "\r" at the end of the row does not count. True when the row is
  /// whole; false when it ends within quotes, and the next line belongs to it. Error: corrupt (a quote within
  /// a value without quotes, text behind a closing quote, too many values).
  Result<bool> feed(std::string_view line);
  const std::vector<CsvValue>& values() const { return values_; }

 private:
  Result<> take_value(std::string_view& rest);
  Result<> take_quoted(std::string_view& rest);
  Result<> take_plain(std::string_view& rest);

  std::vector<CsvValue> values_;
  bool open_ = false;  ///< The last value's closing quote is yet to come.
};

/// The names that a header has, as the members of JSON objects.
class CsvHeader {
 public:
  /// `text_columns` hold texts whatever they look like. Error: invalid (no name, one that is empty or is
  /// there twice).
  static Result<CsvHeader> make(const std::vector<CsvValue>& names,
                                const std::vector<std::string>& text_columns);

  /// A JSON object of `values`. Without quotes, what JSON writes as a number is one, true, false, True and
  /// False are Booleans, and nothing is null; all else is a string, and so is what stands in quotes. Error:
  /// corrupt (another number of values).
  Result<std::string> as_json(const std::vector<CsvValue>& values) const;

 private:
  struct Column {
    std::string member{};  ///< "\"name\": ", as JSON.
    bool text = false;
  };
  std::vector<Column> columns_;
};

}  // namespace kinesight::stream

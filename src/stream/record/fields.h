// The members of a record's JSON object. For the files of src/stream alone.
#pragma once

#include <simdjson.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::stream {

/// A value in a record. Views what Fields read.
using Json = simdjson::dom::element;

/// A member of a record.
struct Field {
  std::string_view name;
  Json value;
};

/// Reads one record after the other into the same memory.
class Fields {
 public:
  /// Replaces what was read before. The first `behind` bytes behind `json` may be read as well, whatever they
  /// are, which spares a copy of it. Error: corrupt, as parse_record().
  Result<> read(std::string_view json, std::size_t behind = 0);
  /// In the record's order.
  std::span<const Field> all() const { return fields_; }
  /// The value of the member `name`; null when there is none, or when it is null.
  const Json* find(std::string_view name) const;

  /// For the values of a record's numbers.
  std::vector<std::optional<double>> numbers;
  /// For a key that is no string in the record.
  std::string text;

 private:
  Result<> reserve(std::size_t size);
  Result<> no_name_twice();

  simdjson::dom::parser parser_{2 * 1024 * 1024};
  std::unique_ptr<char[]> buffer_;  ///< The record and simdjson's padding.
  std::size_t capacity_ = 0;        ///< Of the buffer, without the padding.
  std::vector<Field> fields_;
  std::vector<std::string_view> names_;  ///< Sorted, of a record with many.
};

/// A value as an error shows it: "the string 'abc'", "the number 3", "null", "an object".
std::string describe(const Json& value);
/// The same of the member `name`: also "none".
std::string describe(const Json* value);

/// What Python's str() makes of the value that json.loads() makes of this one: a text as it is; None for
/// null (and for a null pointer: Python's dict.get()), True, False, digits, and floats as repr() has them
/// ("1e+16", "0.1"). Nothing for arrays and objects.
std::optional<std::string> python_str(const Json* value);

}  // namespace kinesight::stream

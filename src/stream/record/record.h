// A record of the stream: a JSON object, and what the stream goes by in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stream/record/options.h"

namespace kinesight::stream {

class Fields;

/// The longest record: Kinesis takes 1 MiB of key and data together.
inline constexpr std::size_t kMaxRecordBytes = 1024 * 1024;
/// How deep a record's arrays and objects may lie in each other, and how many members it may have.
inline constexpr std::size_t kMaxRecordDepth = 32;
inline constexpr std::size_t kMaxRecordFields = 1000;
/// The longest key, in characters: as long as a partition key of Kinesis.
inline constexpr std::size_t kMaxKeyCharacters = 256;

/// What the producer adds to a record.
inline constexpr std::string_view kIngestionField = "ingestion_timestamp";
inline constexpr std::string_view kMessageIdField = "message_id";
/// By which a record says that it was sent before.
inline constexpr std::string_view kDuplicateField = "is_duplicate";

/// Memory for reading records, used again for each. Not thread-safe: one a thread.
class Parser {
 public:
  Parser();
  ~Parser();
  Parser(Parser&& other) noexcept;
  Parser& operator=(Parser&& other) noexcept;

  /// What records are read with, and what the last one held; for the files of src/stream.
  Fields& fields() { return *fields_; }

 private:
  std::unique_ptr<Fields> fields_;
};

/// A record that was read. What it views is the Parser's, and stays until that reads another.
struct Record {
  std::string_view key;      ///< Not empty.
  std::int64_t time_ms = 0;  ///< When it was measured, in Unix milliseconds.
  /// Of each field that was asked for: its value, finite; nothing where it is absent or null.
  std::span<const std::optional<double>> numbers;
  bool is_duplicate = false;  ///< It says so itself.
  /// `message_id`: the number that 16 lower-case hex digits are, or else the first 64 bits of the text's
  /// SHA-256. Nothing where it is absent or null.
  std::optional<std::uint64_t> message_id;
  /// `ingestion_timestamp`, in Unix milliseconds; nothing where it is absent or no time.
  std::optional<std::int64_t> ingestion_ms;
};

/// Reads the record that `json` is.
/// - The key is a string, or an integer, which stands for its digits.
/// - The time is a string (ISO 8601; UTC where no zone is given) or a number: below 1e11 Unix seconds
///   (until the year 5138), from there on Unix milliseconds (from March 1973 to the year 9999). Parts of a
///   millisecond are cut off.
/// - `number_fields` are numbers. A text is none, whatever stands in it.
/// - `is_duplicate` is true, false, 1, 0 or null.
/// Error: corrupt, with what was expected and what was found. JSON is read strictly: UTF-8, no NaN, no
/// integer of more than 64 bits, no member twice, within the limits above.
Result<Record> parse_record(std::string_view json, const RecordOptions& options,
                            std::span<const std::string> number_fields, Parser& parser);

}  // namespace kinesight::stream

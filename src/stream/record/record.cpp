#include "stream/record/record.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "aws/digest.h"
#include "event/moment.h"
#include "stream/record/fields.h"

namespace kinesight::stream {
namespace {

/// Where Unix seconds end and Unix milliseconds begin, and where these end.
constexpr double kMillisecondsFrom = 1e11;
constexpr double kYear10000Ms = 253'402'300'800'000;

std::unexpected<Error> not_good(std::string_view field, std::string_view expected, const Json* found) {
  return fail(ErrorKind::corrupt, "{}: expected {}, found {}", field, expected, describe(found));
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Result<std::string_view> read_key(const RecordOptions& options, Fields& fields) {
  const Json* value = fields.find(options.key);
  std::string_view text;
  if (value != nullptr && value->get(text) == simdjson::SUCCESS) {
    if (!text.empty() && characters_of(text) <= kMaxKeyCharacters) return text;
  } else if (value != nullptr && (value->is_int64() || value->is_uint64())) {
    fields.text = *python_str(value);
    return fields.text;
  }
  return not_good(options.key, "a string of 1 to 256 characters or an integer", value);
}

std::optional<std::int64_t> time_of_number(double number) {
  constexpr double us_in_ms = 1000;
  if (!(number >= 0 && number < kYear10000Ms)) return std::nullopt;
  if (number >= kMillisecondsFrom) return static_cast<std::int64_t>(number);
  // By way of microseconds, or 0.001 s, which no double is, could lose its millisecond.
  return static_cast<std::int64_t>(std::floor(std::round(number * 1e6) / us_in_ms));
}

/// Unix milliseconds; nothing for what is no time.
std::optional<std::int64_t> time_of(const Json& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    constexpr std::size_t longest = 40;  // A longer one is none, and is not copied into an error text.
    if (text.size() > longest) return std::nullopt;
    const auto moment = event::parse_iso_time(text);
    return moment ? std::optional(*moment) : std::nullopt;
  }
  double number = 0;
  if (!value.is_number() || value.get(number) != simdjson::SUCCESS) return std::nullopt;
  return time_of_number(number);
}

Result<> read_numbers(std::span<const std::string> names, Fields& fields) {
  fields.numbers.assign(names.size(), std::nullopt);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Json* value = fields.find(names[i]);
    if (value == nullptr) continue;
    double number = 0;
    if (!value->is_number() || value->get(number) != simdjson::SUCCESS)
      return not_good(names[i], "a number", value);
    fields.numbers[i] = number;
  }
  return {};
}

Result<bool> read_duplicate(const Fields& fields) {
  const Json* value = fields.find(kDuplicateField);
  if (value == nullptr) return false;
  bool yes = false;
  if (value->get(yes) == simdjson::SUCCESS) return yes;
  std::int64_t number = 0;
  if (value->get(number) == simdjson::SUCCESS && (number == 0 || number == 1)) return number == 1;
  return not_good(kDuplicateField, "true or false", value);
}

std::uint64_t id_of(std::string_view text) {
  constexpr std::size_t digits = 16;
  const bool hex = text.size() == digits && std::ranges::all_of(text, [](char c) {
                     return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                   });
  std::uint64_t id = 0;
  if (hex) {
    std::from_chars(text.data(), text.data() + text.size(), id, 16);
    return id;
  }
  const aws::Digest digest = aws::sha256(text);
  for (std::size_t i = 0; i < sizeof id; ++i) id = id << 8 | digest[i];
  return id;
}

Result<std::optional<std::uint64_t>> read_message_id(const Fields& fields) {
  const Json* value = fields.find(kMessageIdField);
  if (value == nullptr) return std::nullopt;
  std::string_view text;
  if (value->get(text) == simdjson::SUCCESS) return id_of(text);
  if (value->is_int64() || value->is_uint64()) return id_of(*python_str(value));
  return not_good(kMessageIdField, "a string", value);
}

}  // namespace

Parser::Parser() : fields_(std::make_unique<Fields>()) {}
Parser::~Parser() = default;
Parser::Parser(Parser&& other) noexcept = default;
Parser& Parser::operator=(Parser&& other) noexcept = default;

Result<Record> parse_record(std::string_view json, const RecordOptions& options,
                            std::span<const std::string> number_fields, Parser& parser) {
  Fields& fields = parser.fields();
  if (auto read = fields.read(json); !read) return std::unexpected(std::move(read.error()));
  const auto key = read_key(options, fields);
  if (!key) return std::unexpected(key.error());
  const Json* when = fields.find(options.time);
  const auto time = when == nullptr ? std::nullopt : time_of(*when);
  if (!time) {
    return not_good(options.time, "an ISO time (2026-01-31T12:00:00Z), Unix seconds or Unix milliseconds",
                    when);
  }
  if (auto read = read_numbers(number_fields, fields); !read) return std::unexpected(std::move(read.error()));
  const auto duplicate = read_duplicate(fields);
  if (!duplicate) return std::unexpected(duplicate.error());
  const auto id = read_message_id(fields);
  if (!id) return std::unexpected(id.error());
  const Json* ingested = fields.find(kIngestionField);
  return Record{.key = *key,
                .time_ms = *time,
                .numbers = fields.numbers,
                .is_duplicate = *duplicate,
                .message_id = *id,
                .ingestion_ms = ingested == nullptr ? std::nullopt : time_of(*ingested)};
}

}  // namespace kinesight::stream

#include "stream/record/stamp.h"

#include <array>
#include <chrono>
#include <cmath>

#include "aws/digest.h"
#include "stream/record/fields.h"
#include "stream/record/json_members.h"

namespace kinesight::stream {
namespace {

constexpr std::size_t kIdDigits = 16;

Result<std::string> id_of(const Fields& fields, const RecordOptions& options) {
  std::string text;
  for (const std::string& name : options.id) {
    const Json* value = fields.find(name);
    const auto part = python_str(value);
    if (!part)
      return fail(ErrorKind::corrupt, "{}: expected a string or a number, found {}", name, describe(value));
    if (&name != &options.id.front()) text += '_';
    text += *part;
  }
  return aws::hex(aws::sha256(text)).substr(0, kIdDigits);
}

std::string partition_key(const Fields& fields, const RecordOptions& options) {
  const Json* value = fields.find(options.key);
  if (value == nullptr || !(value->is_string() || value->is_int64() || value->is_uint64()))
    return std::string(kDefaultKey);
  std::string key = *python_str(value);
  std::size_t characters = 0;
  for (const char c : key) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return key.empty() || characters > kMaxKeyCharacters ? std::string(kDefaultKey) : key;
}

/// What is to be in the record: a name and a text that needs no escapes.
struct Addition {
  std::string_view name;
  std::string_view text;
  std::size_t index = 0;  ///< Of the member of that name, where there is one.
  bool replaces = false;
};

void append(std::string& into, std::string_view separator, const Addition& addition) {
  into.append(separator)
      .append("\"")
      .append(addition.name)
      .append("\": \"")
      .append(addition.text)
      .append("\"");
}

/// Puts the value of `addition` in the place of that which is there.
void replace(std::string& json, const Addition& addition) {
  const Span old = value_of_member(json, addition.index);
  json.replace(old.begin, old.end - old.begin, fmt::format("\"{}\"", addition.text));
}

std::string merge(std::string_view json, std::span<const Field> fields, std::span<Addition> additions) {
  std::string merged;
  merged.reserve(json.size() + 100);
  const std::size_t brace = json.rfind('}');
  merged.append(json.substr(0, brace));
  std::string_view separator = fields.empty() ? "" : ", ";
  for (Addition& addition : additions) {
    for (std::size_t i = 0; i < fields.size() && !addition.replaces; ++i) {
      addition.index = i;
      addition.replaces = fields[i].name == addition.name;
    }
    if (addition.replaces) continue;
    append(merged, separator, addition);
    separator = ", ";
  }
  merged.append(json.substr(brace));
  for (const Addition& addition : additions)
    if (addition.replaces) replace(merged, addition);
  return merged;
}

}  // namespace

std::string isoformat_utc(double wall_seconds) {
  return isoformat_of_us(static_cast<std::int64_t>(std::floor(wall_seconds * 1e6)));
}

std::string isoformat_of_us(std::int64_t us) {
  const std::chrono::sys_time<std::chrono::microseconds> now{std::chrono::microseconds(us)};
  const auto days = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss time(now - days);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                  unsigned(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() != 0)
    fmt::format_to(std::back_inserter(text), ".{:06}", time.subseconds().count());
  return text;
}

Result<std::string> message_id(std::string_view json, const RecordOptions& options, Parser& parser) {
  Fields& fields = parser.fields();
  if (auto read = fields.read(json); !read) return std::unexpected(std::move(read.error()));
  return id_of(fields, options);
}

std::string partition_key_of(std::string_view json, const RecordOptions& options, Parser& parser) {
  Fields& fields = parser.fields();
  return fields.read(json) ? partition_key(fields, options) : std::string(kDefaultKey);
}

Result<Stamped> stamp(std::string_view json, const RecordOptions& options, double wall_seconds,
                      Parser& parser) {
  const auto id = message_id(json, options, parser);
  if (!id) return std::unexpected(id.error());
  const Fields& fields = parser.fields();
  const std::string now = isoformat_utc(wall_seconds);
  std::array additions = {Addition{.name = kIngestionField, .text = now},
                          Addition{.name = kMessageIdField, .text = *id}};
  return Stamped{.data = merge(json, fields.all(), additions),
                 .partition_key = partition_key(fields, options)};
}

}  // namespace kinesight::stream

#include "stream/record/stamp.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "aws/digest.h"
#include "stream/record/fields.h"
#include "stream/record/json_members.h"

namespace kinesight::stream {
namespace {

constexpr std::size_t kIdDigits = 16;
using IdDigits = std::array<char, kIdDigits>;

/// Appends what python_str() gives; false when it gives nothing.
bool append_python_str(std::string& into, const Json* value) {
  std::string_view text;  // Most are texts, which need no string of their own.
  if (value != nullptr && value->get(text) == simdjson::SUCCESS) {
    into += text;
    return true;
  }
  const auto printed = python_str(value);
  into += printed.value_or("");
  return printed.has_value();
}

Result<IdDigits> id_of(const Fields& fields, const RecordOptions& options) {
  std::string text;
  text.reserve(64);
  for (const std::string& name : options.id) {
    const Json* value = fields.find(name);
    if (&name != &options.id.front()) text += '_';
    if (!append_python_str(text, value))
      return fail(ErrorKind::corrupt, "{}: expected a string or a number, found {}", name, describe(value));
  }
  const aws::Digest digest = aws::sha256(text);
  IdDigits digits;
  for (std::size_t i = 0; i < kIdDigits; ++i)
    digits[i] = "0123456789abcdef"[i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2] & 15];
  return digits;
}

std::string partition_key(const Fields& fields, const RecordOptions& options) {
  const Json* value = fields.find(options.key);
  if (value == nullptr || !(value->is_string() || value->is_int64() || value->is_uint64()))
    return std::string(kDefaultKey);
  std::string key = *python_str(value);
  std::size_t characters = key.size();
  if (characters > kMaxKeyCharacters)
    characters = static_cast<std::size_t>(
        std::ranges::count_if(key, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
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

void merge(std::string& json, std::span<const Field> fields, std::span<Addition> additions) {
  const std::string behind = json.substr(json.rfind('}'));
  json.resize(json.size() - behind.size());
  std::string_view separator = fields.empty() ? "" : ", ";
  for (Addition& addition : additions) {
    for (std::size_t i = 0; i < fields.size() && !addition.replaces; ++i) {
      addition.index = i;
      addition.replaces = fields[i].name == addition.name;
    }
    if (addition.replaces) continue;
    append(json, separator, addition);
    separator = ", ";
  }
  json += behind;
  for (const Addition& addition : additions)
    if (addition.replaces) replace(json, addition);
}

/// Writes `value` over `digits` characters, and gives what follows them and the one behind.
template <std::size_t digits>
char* write_number(char* to, std::uint32_t value) {
  for (std::size_t i = digits; i > 0; value /= 10) to[--i] = static_cast<char>('0' + value % 10);
  return to + digits + 1;
}

/// As isoformat_of_us(), by hand: each record is stamped, and a formatter takes as long as reading it does.
class Isoformat {
 public:
  explicit Isoformat(std::int64_t us) {
    const std::chrono::sys_time<std::chrono::microseconds> now{std::chrono::microseconds(us)};
    const auto days = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss time(now - days);
    char* to = write_number<4>(text_.data(), static_cast<std::uint32_t>(int(date.year())));
    to = write_number<2>(to, unsigned(date.month()));
    to = write_number<2>(to, unsigned(date.day()));
    to = write_number<2>(to, static_cast<std::uint32_t>(time.hours().count()));
    to = write_number<2>(to, static_cast<std::uint32_t>(time.minutes().count()));
    to = write_number<2>(to, static_cast<std::uint32_t>(time.seconds().count()));
    const auto part = static_cast<std::uint32_t>(time.subseconds().count());
    if (part != 0) to = write_number<6>(to, part);
    size_ = static_cast<std::size_t>(to - text_.data()) - 1;
  }
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 27> text_{"0000-00-00T00:00:00.000000"};
  std::size_t size_ = 0;
};

std::int64_t microseconds(double seconds) { return static_cast<std::int64_t>(std::floor(seconds * 1e6)); }

}  // namespace

std::string isoformat_utc(double wall_seconds) { return isoformat_of_us(microseconds(wall_seconds)); }

std::string isoformat_of_us(std::int64_t us) { return std::string(Isoformat(us).text()); }

Result<std::string> message_id(std::string_view json, const RecordOptions& options, Parser& parser) {
  Fields& fields = parser.fields();
  if (auto read = fields.read(json); !read) return std::unexpected(std::move(read.error()));
  const auto id = id_of(fields, options);
  if (!id) return std::unexpected(id.error());
  return std::string(id->begin(), id->end());
}

std::string partition_key_of(std::string_view json, const RecordOptions& options, Parser& parser) {
  Fields& fields = parser.fields();
  return fields.read(json) ? partition_key(fields, options) : std::string(kDefaultKey);
}

Result<std::string> stamp_in_place(std::string& json, const RecordOptions& options, double wall_seconds,
                                   Parser& parser) {
  Fields& fields = parser.fields();
  if (auto read = fields.read(json, json.capacity() - json.size()); !read)
    return std::unexpected(std::move(read.error()));
  const auto id = id_of(fields, options);
  if (!id) return std::unexpected(id.error());
  const Isoformat now(microseconds(wall_seconds));
  std::array additions = {Addition{.name = kIngestionField, .text = now.text()},
                          Addition{.name = kMessageIdField, .text = {id->data(), id->size()}}};
  merge(json, fields.all(), additions);
  return partition_key(fields, options);
}

Result<Stamped> stamp(std::string_view json, const RecordOptions& options, double wall_seconds,
                      Parser& parser) {
  std::string data;
  data.reserve(json.size() + kStampRoom);
  data += json;
  auto key = stamp_in_place(data, options, wall_seconds, parser);
  if (!key) return std::unexpected(std::move(key.error()));
  return Stamped{.data = std::move(data), .partition_key = std::move(*key)};
}

}  // namespace kinesight::stream

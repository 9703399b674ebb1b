#include "stream/tables/measurement.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "aws/services/dynamodb.h"
#include "publish/ddb/attribute.h"
#include "stream/record/fields.h"
#include "stream/tables/attributes.h"
#include "stream/tables/decimal.h"
#include "stream/windows/rows.h"

namespace kinesight::stream {
namespace {

using aws::Item;

constexpr double kMsInSecond = 1000;
constexpr double kSecondsInHour = 3600;

Result<Item> attribute_of(const std::string& name, const Json& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return Item{{"S", text}};
  bool yes = false;
  if (value.get(yes) == simdjson::SUCCESS) return Item{{"BOOL", yes}};
  if (!value.is_number()) {
    return fail(ErrorKind::corrupt, "{}: expected a string, a number, true or false, found {}", name,
                describe(value));
  }
  auto number = decimal_text(*python_str(&value));
  if (!number) {
    return fail(ErrorKind::corrupt, "{}: expected 0 or a number from 1E-130 to below 1E+126, found {}", name,
                describe(value));
  }
  return Item{{"N", std::move(*number)}};
}

/// Adds those of the fields that the record has.
Result<> pick(const Fields& fields, std::span<const std::string> names, bool must_be, Item& into) {
  for (const std::string& name : names) {
    const Json* value = fields.find(name);
    if (value == nullptr && !must_be) continue;
    if (value == nullptr) return fail(ErrorKind::corrupt, "{}: expected a value, found none", name);
    auto attribute = attribute_of(name, *value);
    if (!attribute) return std::unexpected(std::move(attribute.error()));
    into[name] = std::move(*attribute);
  }
  return {};
}

/// The names of keys and the ttl take less than the difference.
Result<> fits(const Measurement& measurement) {
  constexpr std::size_t room_for_keys = 1024;
  const std::size_t bytes = publish::item_bytes(measurement.fields) + measurement.key.size() + room_for_keys;
  if (bytes <= aws::DynamoDb::kMaxItemBytes) return {};
  return fail(ErrorKind::corrupt,
              "expected fields of at most {} bytes, all that DynamoDB takes in an item, found {}",
              aws::DynamoDb::kMaxItemBytes, bytes);
}

bool is_among(std::span<const std::string> names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

AttributeFault not_free(const char* option, std::span<const std::string> own, const std::string& name) {
  return {option, fmt::format("expected none of the table's own attributes {}, found '{}'",
                              fmt::join(own, ", "), name)};
}

}  // namespace

Result<Measurement> measurement_of(const Record& record, Parser& parser, const RealtimeOptions& options,
                                   std::int64_t now) {
  Measurement measurement{.key = std::string(record.key), .fields = Item::object()};
  const bool measured = options.timestamp == RealtimeTimestamp::measured;
  // Of a time before 1970 too the second that it is in.
  measurement.timestamp =
      measured ? static_cast<std::int64_t>(std::floor(static_cast<double>(record.time_ms) / kMsInSecond))
               : now;
  measurement.expires = now + static_cast<std::int64_t>(options.ttl_hours * kSecondsInHour);
  const Fields& fields = parser.fields();
  if (auto picked = pick(fields, options.fields, true, measurement.fields); !picked)
    return std::unexpected(std::move(picked.error()));
  if (auto picked = pick(fields, options.optional_fields, false, measurement.fields); !picked)
    return std::unexpected(std::move(picked.error()));
  if (auto small = fits(measurement); !small) return std::unexpected(std::move(small.error()));
  return measurement;
}

std::optional<AttributeFault> attribute_fault(const RecordOptions& record, const RealtimeOptions& realtime) {
  for (const std::string_view own :
       {std::string_view(kTimestampAttribute), std::string_view(kTtlAttribute), kWindowStart, kWindowEnd}) {
    if (record.key == own) {
      return AttributeFault{
          "record.key", fmt::format("expected a name that is no attribute of the tables, found '{}'", own)};
    }
  }
  const std::array own = {record.key, std::string(kTimestampAttribute), std::string(kTtlAttribute)};
  for (const std::string& name : realtime.fields) {
    if (is_among(own, name)) return not_free("realtime.fields", own, name);
  }
  for (const std::string& name : realtime.optional_fields) {
    if (is_among(own, name)) return not_free("realtime.optional_fields", own, name);
    if (is_among(realtime.fields, name)) {
      return AttributeFault{
          "realtime.optional_fields",
          fmt::format("expected fields that are not among realtime.fields, found '{}'", name)};
    }
  }
  return std::nullopt;
}

}  // namespace kinesight::stream

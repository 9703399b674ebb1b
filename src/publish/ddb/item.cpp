#include "publish/ddb/item.h"

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "publish/ddb/attribute.h"

namespace kinesight::publish {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kSecondsOfADay = 86'400;

/// The attribute's value as plain JSON; leaves from_item() when there is none of that type.
Json value_at(const aws::Item& item, const std::string& name, Json::value_t type) {
  if (!item.contains(name)) throw std::runtime_error(fmt::format("no attribute {}", name));
  auto value = from_attribute(item.at(name));
  if (!value) throw std::runtime_error(fmt::format("{}: {}", name, value.error().message));
  const bool right = type == Json::value_t::number_float ? value->is_number() : value->type() == type;
  if (!right) {
    throw std::runtime_error(
        fmt::format("expected a {} in {}, found {}", Json(type).type_name(), name, value->dump()));
  }
  return std::move(*value);
}

std::string text_at(const aws::Item& item, const std::string& name) {
  return value_at(item, name, Json::value_t::string).get<std::string>();
}

/// A whole number, also where another writer wrote it as 100.0 or 1E+2.
template <class Integer>
Integer whole_number(const Json& value, std::string_view name) {
  if (value.is_number_integer()) {
    const bool fits = value.is_number_unsigned() ? std::in_range<Integer>(value.get<std::uint64_t>())
                                                 : std::in_range<Integer>(value.get<std::int64_t>());
    if (fits) return value.get<Integer>();
  } else if (value.is_number_float()) {
    constexpr double kExact = 9007199254740992;  // 2^53: below it, a double knows its last digit.
    const double number = value.get<double>();
    const bool whole = std::abs(number) < kExact && std::trunc(number) == number;
    if (whole && std::in_range<Integer>(static_cast<std::int64_t>(number))) {
      return static_cast<Integer>(number);
    }
  }
  throw std::runtime_error(fmt::format("expected a whole number in {}, found {}", name, value.dump()));
}

std::array<int, 4> box_at(const aws::Item& item) {
  const Json list = value_at(item, "bbox", Json::value_t::array);
  if (list.size() != 4) throw std::runtime_error("expected x, y, w, h in bbox, found " + list.dump());
  std::array<int, 4> box{};
  for (std::size_t i = 0; i < box.size(); ++i) box[i] = whole_number<int>(list[i], "bbox");
  return box;
}

/// "event 4f2…", as far as the item says.
std::string name_of(const aws::Item& item) {
  const Json::json_pointer id("/event_id/S");
  return item.contains(id) && item.at(id).is_string() ? "event " + item.at(id).get<std::string>() : "an item";
}

}  // namespace

aws::Item to_item(const event::Envelope& envelope, int ttl_days) {
  const event::Payload& payload = envelope.payload;
  return {
      {"event_id", to_attribute(envelope.event_id)},
      {"ts_ms", to_attribute(payload.ts_ms)},
      {"camera_id", to_attribute(envelope.camera_id)},
      {"producer", to_attribute(envelope.producer)},
      {"type", to_attribute(payload.type)},
      {"label", to_attribute(payload.label)},
      {"conf", to_attribute(payload.conf)},
      {"bbox", to_attribute(payload.bbox)},
      {"extras", to_attribute(payload.extras)},
      {"ttl", to_attribute(event::ts_bucket(payload.ts_ms) + ttl_days * kSecondsOfADay)},
  };
}

Result<> check_item(const aws::Item& item) {
  for (const char* key : {"event_id", "camera_id"}) {
    if (item.at(key).at("S") == "") {
      return fail(ErrorKind::invalid, "DynamoDB takes no event without {}: it is a key of the table", key);
    }
  }
  if (const auto bytes = item_bytes(item); bytes > aws::DynamoDb::kMaxItemBytes) {
    return fail(ErrorKind::invalid, "DynamoDB takes an item of at most {} bytes; {} has {}",
                aws::DynamoDb::kMaxItemBytes, name_of(item), bytes);
  }
  return {};
}

Result<event::Envelope> from_item(const aws::Item& item) try {
  event::Envelope envelope;
  envelope.event_id = text_at(item, "event_id");
  envelope.camera_id = text_at(item, "camera_id");
  envelope.producer = text_at(item, "producer");
  event::Payload& payload = envelope.payload;
  payload.ts_ms = whole_number<std::int64_t>(value_at(item, "ts_ms", Json::value_t::number_float), "ts_ms");
  payload.type = text_at(item, "type");
  payload.label = text_at(item, "label");
  payload.conf = value_at(item, "conf", Json::value_t::number_float).get<double>();
  payload.bbox = box_at(item);
  payload.extras = value_at(item, "extras", Json::value_t::object);
  return envelope;
} catch (const std::exception& exception) {
  return fail(ErrorKind::corrupt, "{} of the table is no detection: {}", name_of(item), exception.what());
}

bool is_expired(const aws::Item& item, std::int64_t now_ms) {
  if (!item.contains("ttl")) return false;
  const auto ttl = from_attribute(item.at("ttl"));
  return ttl && ttl->is_number() && ttl->get<double>() <= static_cast<double>(event::ts_bucket(now_ms));
}

}  // namespace kinesight::publish

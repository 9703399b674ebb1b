#include "sim/kvs/request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace kinesight::sim::kvs {
namespace {

constexpr double kDay = 24.0 * 3600;
constexpr int kMaxDepth = 32;

const nlohmann::json* member(const nlohmann::json& from, const char* name) {
  if (!from.is_object()) return nullptr;
  const auto found = from.find(name);
  return found == from.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

nlohmann::json parse_json(std::string_view text) {
  bool deep = false;
  const auto shallow = [&deep](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    deep = deep || depth > kMaxDepth;
    return !deep;  // What is refused is read past, not kept.
  };
  nlohmann::json value = nlohmann::json::parse(text, shallow, false);
  return deep ? nlohmann::json(nlohmann::json::value_t::discarded) : value;
}

std::unexpected<Refusal> invalid_argument(std::string message) {
  return refuse(400, "InvalidArgumentException", std::move(message));
}

std::unexpected<Refusal> not_found(std::string message) {
  return refuse(404, "ResourceNotFoundException", std::move(message));
}

Read<std::string> read_text(const nlohmann::json& from, const char* name, std::string otherwise) {
  const nlohmann::json* value = member(from, name);
  if (value == nullptr) return otherwise;
  if (!value->is_string()) return invalid_argument(fmt::format("{} must be a string.", name));
  return value->get<std::string>();
}

Read<std::string> read_choice(const nlohmann::json& from, const char* name,
                              std::initializer_list<std::string_view> values, std::string otherwise) {
  Read<std::string> value = read_text(from, name, std::move(otherwise));
  if (value && std::ranges::find(values, *value) == values.end())
    return invalid_argument(fmt::format("{} must be one of {}.", name, fmt::join(values, ", ")));
  return value;
}

Read<std::int64_t> read_integer(const nlohmann::json& from, const char* name, std::int64_t low,
                                std::int64_t high, std::int64_t otherwise) {
  const nlohmann::json* value = member(from, name);
  if (value == nullptr) return otherwise;
  if (!value->is_number_integer() || *value < low || *value > high)
    return invalid_argument(fmt::format("{} must be a whole number from {} to {}.", name, low, high));
  return value->get<std::int64_t>();
}

Read<std::optional<double>> read_time(const nlohmann::json& from, const char* name) {
  const nlohmann::json* value = member(from, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) return invalid_argument(fmt::format("{} must be epoch seconds.", name));
  const auto seconds = value->get<double>();
  if (std::abs(seconds) > 1e11)
    return invalid_argument(fmt::format("{} must be epoch seconds; {} is too far away.", name, seconds));
  return std::round(seconds * 1000.0) / 1000.0;
}

Read<nlohmann::json> read_object(const nlohmann::json& from, const char* name) {
  const nlohmann::json* value = member(from, name);
  if (value == nullptr) return nlohmann::json::object();
  if (!value->is_object()) return invalid_argument(fmt::format("{} must be a structure.", name));
  return *value;
}

Read<Archive> read_stream(const nlohmann::json& request, const Streams& streams, double now) {
  const auto name = read_text(request, "StreamName");
  if (!name) return std::unexpected(name.error());
  const auto arn = read_text(request, "StreamARN");
  if (!arn) return std::unexpected(arn.error());
  if (name->empty() && arn->empty())
    return invalid_argument("Either StreamName or StreamARN must be specified.");
  if (!name->empty() && !valid_stream_name(*name))
    return invalid_argument("StreamName must be 1 to 256 of a-z A-Z 0-9 _ . -");
  auto stream = streams.find(name->empty() ? *arn : *name);
  if (!stream) return std::unexpected(stream.error());
  return Archive(*std::move(stream), now);
}

Read<GivenSelector> read_given_selector(const nlohmann::json& request, const char* name,
                                        std::string otherwise) {
  const auto selector = read_object(request, name);
  if (!selector) return std::unexpected(selector.error());
  const auto type = read_choice(*selector, "FragmentSelectorType", {"PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP"},
                                std::move(otherwise));
  if (!type) return std::unexpected(type.error());
  const auto range = read_object(*selector, "TimestampRange");
  if (!range) return std::unexpected(range.error());
  const auto from = read_time(*range, "StartTimestamp");
  if (!from) return std::unexpected(from.error());
  const auto to = read_time(*range, "EndTimestamp");
  if (!to) return std::unexpected(to.error());
  return GivenSelector{*type, *from, *to};
}

Read<TimeSelector> read_selector(const nlohmann::json& request, const char* name) {
  const auto given = read_given_selector(request, name, "");
  if (!given) return std::unexpected(given.error());
  if (!given->from || !given->to)
    return invalid_argument(
        fmt::format("{} needs a TimestampRange of StartTimestamp and EndTimestamp.", name));
  if (*given->to < *given->from) return invalid_argument("EndTimestamp must not be before StartTimestamp.");
  return TimeSelector{given->type == "SERVER_TIMESTAMP", *given->from, *given->to};
}

Read<TimeSelector> check_playable_range(const TimeSelector& selector, double now) {
  if (selector.to <= selector.from)
    return invalid_argument("EndTimestamp must be later than StartTimestamp.");
  if (selector.to - selector.from > kDay)
    return invalid_argument("EndTimestamp must be within 24 hours of StartTimestamp.");
  if (selector.by_server_time && selector.to > now)
    return invalid_argument(
        "EndTimestamp must be in the past when FragmentSelectorType is SERVER_TIMESTAMP.");
  return selector;
}

}  // namespace kinesight::sim::kvs

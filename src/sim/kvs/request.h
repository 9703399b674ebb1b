// Members of a JSON request, read as AWS checks them.
#pragma once

#include <expected>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sim/kvs/answer.h"
#include "sim/kvs/archive.h"

namespace kinesight::sim::kvs {

/// A value, or why the request is refused.
template <class T>
using Read = std::expected<T, Refusal>;

/// JSON from outside; discarded (`is_discarded()`) where it is none, or nested deeper than anything asks for:
/// to copy or write out what is nested without end would end the stack.
nlohmann::json parse_json(std::string_view text);

std::unexpected<Refusal> invalid_argument(std::string message);  ///< 400 InvalidArgumentException.
std::unexpected<Refusal> not_found(std::string message);         ///< 404 ResourceNotFoundException.

/// A member that is text, `otherwise` where it is absent or null.
Read<std::string> read_text(const nlohmann::json& from, const char* name, std::string otherwise = "");
/// A member that is one of `values`.
Read<std::string> read_choice(const nlohmann::json& from, const char* name,
                              std::initializer_list<std::string_view> values, std::string otherwise);
/// A member that is a whole number in [low, high].
Read<std::int64_t> read_integer(const nlohmann::json& from, const char* name, std::int64_t low,
                                std::int64_t high, std::int64_t otherwise);
/// A time in epoch seconds, to the millisecond; nothing where it is absent or null.
Read<std::optional<double>> read_time(const nlohmann::json& from, const char* name);
/// A member that is an object; an empty one where it is absent or null.
Read<nlohmann::json> read_object(const nlohmann::json& from, const char* name);

/// The stream that a request's StreamName or StreamARN names, at `now`.
Read<Archive> read_stream(const nlohmann::json& request, const Streams& streams, double now);

/// A fragment selector as far as it was given.
struct GivenSelector {
  std::string type;  ///< "PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP".
  std::optional<double> from{};
  std::optional<double> to{};
};
/// FragmentSelectorType (`otherwise` where it is absent) and TimestampRange {StartTimestamp, EndTimestamp}.
Read<GivenSelector> read_given_selector(const nlohmann::json& request, const char* name,
                                        std::string otherwise);
/// A fragment selector with all its parts, the end not before the start.
Read<TimeSelector> read_selector(const nlohmann::json& request, const char* name);

/// What AWS says of a range to play: the end after the start, within 24 hours and, by server time, past.
Read<TimeSelector> check_playable_range(const TimeSelector& selector, double now);

}  // namespace kinesight::sim::kvs

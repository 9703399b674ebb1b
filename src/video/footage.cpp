#include "video/footage.h"

#include <cmath>

namespace kinesight::video {
namespace {

using Json = nlohmann::json;

/// Of fragments whose length nobody said: most are shorter.
constexpr double kFragmentMs = 10'000;

/// Unix seconds that print as milliseconds.
double seconds(double ms) { return std::round(ms) / 1000; }

std::optional<double> number(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

}  // namespace

std::optional<ClipRequest> clip_request(const Json& kvs, const FootageSpan& span) {
  if (!kvs.is_object() || !kvs.value("stream_name", Json()).is_string()) return std::nullopt;
  const auto producer = number(kvs, "producer_time_ms"), server = number(kvs, "server_time_ms");
  if (!producer && !server) return std::nullopt;
  const double at_ms = producer.value_or(server.value_or(0)) + number(kvs, "offset_ms").value_or(0);
  const double early_ms = span.before_seconds * 1000 + number(kvs, "fragment_ms").value_or(kFragmentMs);
  return ClipRequest{.stream = kvs["stream_name"].get<std::string>(),
                     .time = producer ? aws::FragmentTime::producer : aws::FragmentTime::server,
                     .range = {seconds(at_ms - early_ms), seconds(at_ms + span.after_seconds * 1000)}};
}

Json to_json(const ClipRequest& request) {
  const bool producer = request.time == aws::FragmentTime::producer;
  return {{"StreamName", request.stream},
          {"ClipFragmentSelector",
           {{"FragmentSelectorType", producer ? "PRODUCER_TIMESTAMP" : "SERVER_TIMESTAMP"},
            {"TimestampRange",
             {{"StartTimestamp", request.range.begin}, {"EndTimestamp", request.range.end.value_or(0)}}}}}};
}

std::optional<ClipRequest> parse_clip_request(const Json& json) {
  try {
    const Json& selector = json.at("ClipFragmentSelector");
    const Json& range = selector.at("TimestampRange");
    const bool producer = selector.at("FragmentSelectorType").get<std::string>() == "PRODUCER_TIMESTAMP";
    return ClipRequest{
        .stream = json.at("StreamName").get<std::string>(),
        .time = producer ? aws::FragmentTime::producer : aws::FragmentTime::server,
        .range = {range.at("StartTimestamp").get<double>(), range.at("EndTimestamp").get<double>()}};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace kinesight::video

#include "sim/kvs/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/rng.h"
#include "sim/kvs/control.h"
#include "sim/kvs/control_plane.h"
#include "sim/kvs/limits.h"
#include "sim/kvs/media_api.h"
#include "sim/kvs/operations.h"
#include "sim/kvs/query.h"
#include "sim/kvs/quotas.h"
#include "sim/kvs/request.h"
#include "sim/kvs/signature.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;
using Passed = std::expected<void, Refusal>;

constexpr double kStallSeconds = 10;
constexpr int kFailureStatus = 503;

/// A fault's value as a number.
template <class Number>
Number number_or(const std::string& text, Number otherwise) {
  Number value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::unexpected<Refusal> failure(const std::string& status_text) {
  const int status = number_or(status_text, kFailureStatus);
  return refuse(status, status == 503 ? "ServiceUnavailableException" : "InternalFailure",
                "The request processing has failed because of a fault on request.");
}

std::unexpected<Refusal> throttled() {
  return refuse(400, "ClientLimitExceededException", "Rate exceeded, by a fault on request.");
}

/// Which faults concern what a session URL asks for: "playlist", "init" or "fragment".
std::string kind_of(std::string_view operation) {
  if (operation.ends_with("Playlist")) return "playlist";
  return operation.ends_with("InitFragment") ? "init" : "fragment";
}

}  // namespace

struct Service::Impl {
  Impl(ServiceOptions chosen, Clock& time)
      : options(std::move(chosen)),
        clock(time),
        faults(options.seed),
        streams(options.region, clock),
        control_plane(streams, options.transition_seconds),
        media(streams, faults, clock, options.seed + 1),
        limits(clock),
        control(faults, streams, media, clock),
        keys{options.region, options.keys},
        ids(options.seed + 2) {}

  Outcome call(const http::Incoming& request, const std::string& base_url, Misbehaviour& wrong);
  Outcome get(const http::Incoming& request, Misbehaviour& wrong);
  Passed api_faults(std::string_view operation, const std::string& stream);
  Passed session_faults(const std::string& operation, const std::string& stream);
  Passed api_limits(const Operation& operation, const std::string& stream, const json& body);
  Passed session_limits(const std::string& operation, const std::string& stream, const std::string& query);
  void delay(const std::string& stream, Misbehaviour& wrong);
  http::Outgoing shown(Outcome outcome);
  std::string request_id();

  std::optional<std::string> strike(std::string_view fault, std::string_view stream) {
    return faults.strike(fault, stream, clock.wall_seconds());
  }

  const ServiceOptions options;
  Clock& clock;
  Faults faults;
  Streams streams;
  ControlPlane control_plane;
  MediaApi media;
  Limits limits;
  Control control;
  const KnownKeys keys;
  std::mutex mutex;  // Of `ids`.
  Rng ids;
};

Passed Service::Impl::api_faults(std::string_view operation, const std::string& stream) {
  if (const auto status = strike("api_5xx", stream)) return failure(*status);
  if (strike("throttled", stream)) return throttled();
  if (strike("denied", stream)) {
    // These two have no error of their own for it; this one all services share.
    if (operation == "CreateStream" || operation == "ListStreams")
      return refuse(403, "AccessDeniedException", "The caller is not authorized, by a fault on request.");
    return refuse(401, "NotAuthorizedException", "The caller is not authorized, by a fault on request.");
  }
  return {};
}

Passed Service::Impl::session_faults(const std::string& operation, const std::string& stream) {
  if (strike("session_expired", stream))
    return refuse(403, "NotAuthorizedException", "The session has expired, by a fault on request.");
  if (strike("throttled", stream)) return throttled();
  const std::string kind = kind_of(operation);
  if (const auto status = strike(kind + "_5xx", stream)) return failure(*status);
  if (strike(kind + "_403", stream))
    return refuse(403, "NotAuthorizedException", "Refused by a fault on request.");
  if (strike(kind + "_404", stream))
    return refuse(404, "ResourceNotFoundException", "Not found, by a fault on request.");
  return {};
}

Passed Service::Impl::api_limits(const Operation& operation, const std::string& stream, const json& body) {
  // A name that no stream can have is refused by the operation: it takes no place among the buckets.
  const bool counts = stream.empty() || valid_stream_name(stream);
  if (!options.limits || !counts) return {};
  const auto counted = limits.count_call(operation.name, stream);
  if (!counted || !operation.archived_media) return counted;
  return count_request(limits, {operation.name, stream, body}, streams, clock.wall_seconds());
}

Passed Service::Impl::session_limits(const std::string& operation, const std::string& stream,
                                     const std::string& query) {
  // A token that nobody was given has no session to count for.
  if (!options.limits || stream.empty()) return {};
  const auto counted = limits.count_call(operation, query_parameter(query, "SessionToken"));
  return counted ? count_session_get(limits, operation, stream) : counted;
}

void Service::Impl::delay(const std::string& stream, Misbehaviour& wrong) {
  if (const auto seconds = strike("stall", stream)) wrong.stall_seconds = number_or(*seconds, kStallSeconds);
}

Outcome Service::Impl::call(const http::Incoming& request, const std::string& base_url, Misbehaviour& wrong) {
  const Operation* operation = request.method == "POST" ? find_operation(request.path) : nullptr;
  if (operation == nullptr) {
    return refuse(404, "UnknownOperationException",
                  fmt::format("There is no {} {} here", request.method, request.path));
  }
  const json body = request.body.empty() ? json::object() : parse_json(request.body);
  const std::string stream = stream_name_of(body);
  if (operation->archived_media) delay(stream, wrong);
  if (const auto passed = api_faults(operation->name, stream); !passed)
    return std::unexpected(passed.error());
  if (!keys.secrets.empty()) {
    const auto passed = check_signature(request, keys, clock.wall_seconds());
    if (!passed) return std::unexpected(passed.error());
  }
  if (!body.is_object()) return refuse(400, "SerializationException", "The body is not a JSON object.");
  if (const auto passed = api_limits(*operation, stream, body); !passed)
    return std::unexpected(passed.error());
  return operation->run({control_plane, media}, body, base_url);
}

Outcome Service::Impl::get(const http::Incoming& request, Misbehaviour& wrong) {
  const std::string operation = session_operation(request.path);
  const std::string stream = media.stream_of(request.query);
  delay(stream, wrong);
  if (const auto passed = session_faults(operation, stream); !passed) return std::unexpected(passed.error());
  if (const auto passed = session_limits(operation, stream, request.query); !passed)
    return std::unexpected(passed.error());
  auto outcome = media.get(request.path, request.query);
  if (outcome) {
    outcome->headers.push_back({"Access-Control-Allow-Origin", "*"});  // Players in browsers need it.
    if (strike("endless", stream))
      wrong.endless = true;
    else if (strike("cut", stream))
      wrong.cut = true;
  }
  return outcome;
}

http::Outgoing Service::Impl::shown(Outcome outcome) {
  http::Outgoing answer;
  answer.headers.push_back({"x-amzn-RequestId", request_id()});
  if (outcome) {
    answer.headers.push_back({"Content-Type", outcome->content_type});
    std::ranges::move(outcome->headers, std::back_inserter(answer.headers));
    answer.body = std::move(outcome->body);
    return answer;
  }
  answer.status = outcome.error().status;
  answer.headers.push_back({"Content-Type", "application/json"});
  answer.headers.push_back({"x-amzn-ErrorType", outcome.error().type});
  answer.body =
      json{{"Message", outcome.error().message}}.dump(-1, ' ', false, json::error_handler_t::replace);
  return answer;
}

std::string Service::Impl::request_id() {
  std::lock_guard lock(mutex);
  const auto part = [this] { return ids.integer(0, 0xffff); };
  return fmt::format("{:04x}{:04x}-{:04x}-4{:03x}-8{:03x}-{:04x}{:04x}{:04x}", part(), part(), part(),
                     part() & 0xfff, part() & 0xfff, part(), part(), part());
}

Service::Service(ServiceOptions options, Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), clock)) {}

Service::~Service() = default;

Result<> Service::add_camera(const std::string& name,
                             std::vector<std::shared_ptr<const video::FragmentedVideo>> recordings,
                             double start, int retention_hours, double upload_seconds) {
  if (!valid_stream_name(name)) {
    return fail(ErrorKind::invalid, "a stream's name is 1 to 256 of a-z A-Z 0-9 _ . -, found '{}'", name);
  }
  if (recordings.empty() || recordings.front()->fragments.empty()) {
    return fail(ErrorKind::invalid, "stream {}: expected a recording, found nothing to play", name);
  }
  Stream stream;
  stream.name = name;
  stream.retention_hours = retention_hours;
  const bool hevc = recordings.front()->codec.starts_with("h");  // hvc1, hev1; H.264's are avc1, avc3.
  if (hevc) stream.media_type = "video/h265";
  stream.timeline =
      std::make_shared<const Timeline>(name, std::move(recordings), start, upload_seconds, impl_->faults);
  const auto made = impl_->streams.create(std::move(stream), 0);
  if (!made) return fail(ErrorKind::invalid, "{}", made.error().message);
  return {};
}

Faults& Service::faults() { return impl_->faults; }

const Streams& Service::streams() const { return impl_->streams; }

ServiceAnswer Service::handle(const http::Incoming& request, const std::string& base_url) {
  ServiceAnswer answer;
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (request.path.starts_with("/_sim/"))
    answer.answer = impl_->control.handle(request);
  else if (get && request.path.starts_with("/hls/"))
    answer.answer = impl_->shown(impl_->get(request, answer.wrong));
  else
    answer.answer = impl_->shown(impl_->call(request, base_url, answer.wrong));
  return answer;
}

}  // namespace kinesight::sim::kvs

#include "sim/kvs/control.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "http/access.h"
#include "sim/kvs/query.h"
#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;

constexpr double kShownSeconds = 60;

http::Outgoing answer(const json& body, int status = 200) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()};
}

http::Outgoing refusal(int status, const std::string& message) {
  return answer({{"error", message}}, status);
}

json shown(const Fault& fault) {
  json object = {{"name", fault.name},
                 {"value", fault.value},
                 {"stream", fault.stream},
                 {"begin", fault.begin},
                 {"probability", fault.probability}};
  if (fault.end) object["end"] = *fault.end;
  if (fault.count) object["count"] = *fault.count;
  return object;
}

/// One object of a POST. Throws json::exception for a member of the wrong type.
Result<Fault> read_fault(const json& object, double now) {
  Fault fault;
  fault.begin = now;
  std::optional<double> lasts;
  for (const auto& [name, value] : object.items()) {
    if (name == "name")
      fault.name = value.get<std::string>();
    else if (name == "value")
      fault.value = value.is_string() ? value.get<std::string>() : value.dump();
    else if (name == "stream")
      fault.stream = value.get<std::string>();
    else if (name == "after_seconds")
      fault.begin = now + value.get<double>();
    else if (name == "for_seconds")
      lasts = value.get<double>();
    else if (name == "count")
      fault.count = value.get<int>();
    else if (name == "probability")
      fault.probability = value.get<double>();
    else
      return fail(ErrorKind::invalid, "unknown member '{}'", name);
  }
  if (lasts) fault.end = fault.begin + *lasts;
  if (const auto good = check_fault(fault); !good) return std::unexpected(good.error());
  return fault;
}

Result<std::vector<Fault>> read_faults(const std::string& body, double now) {
  const json given = parse_json(body);
  const json list = given.is_object() ? json::array({given}) : given;
  if (!list.is_array()) return fail(ErrorKind::invalid, "expected a fault as JSON, or a list of them");
  std::vector<Fault> faults;
  try {
    for (const json& object : list) {
      auto fault = read_fault(object, now);
      if (!fault) return std::unexpected(fault.error());
      faults.push_back(std::move(*fault));
    }
  } catch (const json::exception&) {
    return fail(ErrorKind::invalid, "a member of a fault is of the wrong type");
  }
  return faults;
}

bool is_ours(const http::Incoming& request) {
  const std::string* host = net::find(request.headers, "Host");
  return !request.from_elsewhere && (host == nullptr || http::names_loopback(*host)) &&
         net::find(request.headers, "Origin") == nullptr;
}

}  // namespace

http::Outgoing Control::handle(const http::Incoming& request) {
  if (!is_ours(request)) return refusal(403, "/_sim/ answers programs on this machine alone, over loopback");
  const bool get = request.method == "GET" || request.method == "HEAD";
  const bool post = request.method == "POST";
  if (request.path == "/_sim/streams" && get) return list_streams();
  if (request.path == "/_sim/sessions" && get) return count_sessions();
  if (request.path == "/_sim/faults/clear" && post) return clear_faults(request.query);
  if (request.path == "/_sim/faults" && get) return list_faults();
  if (request.path == "/_sim/faults" && post) return add_faults(request.body);
  if (request.path == "/_sim/faults" && request.method == "DELETE") return clear_faults(request.query);
  return refusal(404,
                 "there are GET, POST and DELETE /_sim/faults, POST /_sim/faults/clear, GET /_sim/streams, "
                 "GET /_sim/sessions");
}

http::Outgoing Control::list_faults() const {
  json list = json::array();
  for (const Fault& fault : faults_.list(clock_.wall_seconds())) list.push_back(shown(fault));
  return answer(list);
}

http::Outgoing Control::add_faults(const std::string& body) {
  const auto faults = read_faults(body, clock_.wall_seconds());
  if (!faults) return refusal(400, faults.error().message);
  json added = json::array();
  for (const Fault& fault : *faults) {
    added.push_back(shown(fault));
    faults_.add(fault);
  }
  return answer(added);
}

http::Outgoing Control::clear_faults(const std::string& query) {
  const std::string stream = query_parameter(query, "stream");
  faults_.clear(clock_.wall_seconds(), query_parameter(query, "name"), stream.empty() ? "*" : stream);
  return list_faults();
}

http::Outgoing Control::count_sessions() const {
  const SessionCount sessions = media_.count_sessions();
  return answer({{"kept", sessions.kept}, {"dropped", sessions.dropped}});
}

http::Outgoing Control::list_streams() const {
  const double now = clock_.wall_seconds();
  json list = json::array();
  for (const Stream& stream : streams_.list()) {
    json object = {{"name", stream.name},
                   {"status", stream.status},
                   {"retention_hours", stream.retention_hours},
                   {"fragments", 0},
                   {"newest", nullptr}};
    if (stream.timeline) {
      object["fragments"] = stream.timeline->range(now - kShownSeconds, now, true, now).size();
      const auto newest = stream.timeline->newest(1, now);
      if (!newest.empty()) object["newest"] = newest.back().producer_time;
    }
    list.push_back(std::move(object));
  }
  return answer(list);
}

}  // namespace kinesight::sim::kvs

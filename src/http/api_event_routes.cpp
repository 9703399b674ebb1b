// ApiRoutes: events, one of them, and its footage.
#include <algorithm>
#include <limits>

#include "base/clock.h"
#include "http/api_routes.h"
#include "http/json.h"
#include "http/openapi.h"
#include "http/query_text.h"
#include "http/route_parts.h"

namespace kinesight::http {

void ApiRoutes::add_events(std::vector<Route>& table) {
  if (stream_) {
    table.push_back(get("/api/events/stream", Guard::token, described::kEventStream,
                        [this](auto& request, auto& response, auto) { stream_->serve(request, response); }));
  }
  if (!sources_.events && !sources_.feed) return;
  table.push_back(get("/api/events", Guard::token, with_parameters(described::kEvents, query_parameters()),
                      [this](auto& request, auto& response, auto) { events(request, response); }));
  if (sources_.footage) {  // Before the route whose name would stand for all of its path.
    table.push_back(get("/api/events/{event_id}/footage.mp4", Guard::token,
                        with_parameters(described::kFootage, footage_parameters()),
                        [this](auto& request, auto& response, auto event_id) {
                          footage(request, response, std::string(event_id));
                        }));
  }
  table.push_back(
      get("/api/events/{event_id}", Guard::token, described::kEvent,
          [this](auto&, auto& response, auto event_id) { event(response, std::string(event_id)); }));
}

void ApiRoutes::events(const Request& request, Response& response) const {
  const auto query = parse_query(request.params, Clock::system().wall_ms());
  if (!query) return answer_error(response, query.error());
  const auto found = find_events(*query);
  if (!found) return answer_error(response, found.error());
  answer(response, events_json(*found), kJson);
}

void ApiRoutes::event(Response& response, const std::string& event_id) const {
  const auto found = find_event(event_id);
  if (!found) return answer_error(response, found.error());
  answer(response, event::to_json(*found), kJson);
}

void ApiRoutes::footage(const Request& request, Response& response, const std::string& event_id) const {
  const auto query = parse_footage_query(request.params);
  if (!query) return answer_error(response, query.error());
  const auto found = find_event(event_id);
  if (!found) return answer_error(response, found.error());
  const auto file = sources_.footage(*found, *query);
  if (file) return answer_part(request, response, *file, "video/mp4");
  const Refusal& refusal = file.error();
  if (refusal.retry_seconds > 0) response.set_header("Retry-After", std::to_string(refusal.retry_seconds));
  answer_error(response, refusal.status, refusal.reason);
}

Result<event::Envelope> ApiRoutes::find_event(const std::string& event_id) const {
  auto found = find_events({.event_id = event_id, .limit = 1});
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return fail(ErrorKind::not_found, "there is no such event, or none any more");
  return std::move(found->front());
}

Result<std::vector<event::Envelope>> ApiRoutes::find_events(const event::Query& query) const {
  if (sources_.events) return sources_.events(query);
  auto items = sources_.feed->recent(std::numeric_limits<std::size_t>::max());
  if (query.order == event::Order::oldest_first) std::ranges::reverse(items);
  std::vector<event::Envelope> found;
  for (const auto& item : items) {
    if (found.size() == query.limit) break;
    if (event::matches(query, *item.envelope)) found.push_back(*item.envelope);
  }
  return found;
}

}  // namespace kinesight::http

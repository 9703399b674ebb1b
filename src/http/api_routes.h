// Every route of the server: its method, its path, who may use it, and what it answers. Private to http/.
#pragma once

#include <stop_token>
#include <vector>

#include "http/access.h"
#include "http/api.h"
#include "http/event_stream.h"
#include "http/picture_cache.h"
#include "http/router.h"

namespace kinesight::http {

/// Answers requests from the service's sources. Safe for any number of threads.
class ApiRoutes {
 public:
  /// `access` outlives this. `stream` is null when there is no feed.
  ApiRoutes(ApiSources sources, const Access& access, EventStream* stream);

  /// The table; its handlers refer to this.
  std::vector<Route> table();

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;

  void add_own(std::vector<Route>& table);
  void add_events(std::vector<Route>& table);
  void add_dashboard(std::vector<Route>& table) const;
  void health(Response& response) const;
  void metrics(Response& response) const;
  void cameras(Response& response) const;
  void latest_picture(const Request& request, Response& response, const std::string& camera_id);
  void events(const Request& request, Response& response) const;
  void event(Response& response, const std::string& event_id) const;
  void footage(const Request& request, Response& response, const std::string& event_id) const;
  void coverage(const Request& request, Response& response) const;
  void snapshot(Response& response, const std::string& key) const;
  void login(const Request& request, Response& response) const;
  /// The event that is called so; not_found without one.
  Result<event::Envelope> find_event(const std::string& event_id) const;
  Result<std::vector<event::Envelope>> find_events(const event::Query& query) const;

  const ApiSources sources_;
  const Access& access_;
  EventStream* const stream_;
  PictureCache pictures_;
  std::string document_;
};

}  // namespace kinesight::http

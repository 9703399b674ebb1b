#include "http/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "http/answer_writer.h"

namespace kinesight::http {
namespace {

/// With every answer.
constexpr std::array<std::pair<const char*, const char*>, 7> kCareful = {{
    {"Content-Security-Policy",
     "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action "
     "'self'; "
     "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

/// A connection on which cpp-httplib reads what it is to read, and nothing of what the client sends.
class Told final : public httplib::Stream {
 public:
  Told(httplib::Stream& connection, std::string text) : connection_(connection), text_(std::move(text)) {}

  bool is_readable() const override { return place_ < text_.size(); }
  bool is_writable() const override { return connection_.is_writable(); }
  ssize_t read(char* data, std::size_t size) override {
    const std::size_t count = std::min(size, text_.size() - place_);
    std::memcpy(data, text_.data() + place_, count);
    place_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* data, std::size_t size) override { return connection_.write(data, size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return connection_.socket(); }

 private:
  httplib::Stream& connection_;
  const std::string text_;
  std::size_t place_ = 0;
};

/// As the router knows requests.
httplib::Request routed(const Incoming& incoming) {
  httplib::Request request;
  request.method = incoming.method;
  request.path = httplib::detail::decode_url(incoming.path, false);
  httplib::detail::parse_query_text(incoming.query, request.params);
  for (const auto& [name, value] : incoming.headers) {
    // The first is not worth its cost here: compression of small answers at the highest level. The second
    // has had its answer. A Range is for the route to heed (byte_range.h): cpp-httplib believes any.
    if (net::same_name(name, "Accept-Encoding") || net::same_name(name, "Expect")) continue;
    request.headers.emplace(name, value);
  }
  return request;
}

httplib::Response unreadable(const Unreadable& why, const ConnectionStream& stream) {
  httplib::Response response;
  if (why.status != 0) answer_error(response, why.status, why.message);
  if (why.status == 0 && stream.timed_out())
    answer_error(response, 408, "the request took too long to arrive");
  return response;
}

}  // namespace

Protocol::Protocol(const Router& router, std::stop_token stop) : router_(router), stop_(std::move(stop)) {
  set_default_headers({kCareful.begin(), kCareful.end()});
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    router_.handle(request, response);
    return HandlerResponse::Handled;
  });
}

bool Protocol::serve(ConnectionStream& stream, bool last) {
  const auto received = read_head(stream);
  if (!received) return refuse(stream, unreadable(received.error(), stream));
  httplib::Request request = routed(received->request);
  if (std::ranges::any_of(received->request.headers,
                          [](const auto& field) { return announces_body(field.name, field.value); })) {
    auto body = take_body(stream, *received, request);
    if (!body) return refuse(stream, body.error());
    request.body = std::move(*body);
  }
  const bool close = last || !received->keep_alive;
  // GET stands for every method: cpp-httplib knows few, and 405 is the router's to say.
  Told told(stream, fmt::format("GET / HTTP/1.{}\r\nConnection: {}\r\n\r\n", received->newer ? 1 : 0,
                                close ? "close" : "Keep-Alive"));
  bool closed = false;
  const bool served = process_request(told, close, closed, [&](httplib::Request& asked) {
    request.version = asked.version;
    asked = std::move(request);
  });
  return served && !close && !closed;
}

/// What to answer instead is the error: nothing (a status of -1) when the client has gone.
std::expected<std::string, httplib::Response> Protocol::take_body(ConnectionStream& stream,
                                                                  const Received& received,
                                                                  const httplib::Request& request) const {
  httplib::Response refusal;
  const Route* route = router_.admit(request, refusal);
  if (!route) return std::unexpected(std::move(refusal));
  auto body = read_body(stream, received.request.headers, route->max_body_bytes);
  if (!body) return std::unexpected(unreadable(body.error(), stream));
  return *body;
}

/// Always false: what follows a request that was not read to its end is no request.
bool Protocol::refuse(ConnectionStream& stream, const httplib::Response& response) const {
  if (response.status == -1) return false;
  Outgoing outgoing{.status = response.status, .headers = {}, .body = response.body};
  for (const auto& [name, value] : kCareful) outgoing.headers.push_back({name, value});
  for (const auto& [name, value] : response.headers) outgoing.headers.push_back({name, value});
  write_answer(stream, outgoing, {.keep_alive = false}, stop_);
  stream.drain();
  return false;
}

}  // namespace kinesight::http

#include "sim/kvs/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace kinesight::sim::kvs {
namespace {

constexpr std::size_t kEndless = std::size_t{1} << 40;       // Announced; nobody waits for the end of it.
constexpr Clock::Duration kGlance = seconds_duration(0.25);  // How often a stall looks for its client.
constexpr Clock::Duration kTrickle = seconds_duration(0.05);

/// Where the client reached us: as its Host header says, when that looks like one.
std::string base_url(const http::Incoming& request, const std::string& otherwise) {
  const std::string* host = net::find(request.headers, "Host");
  const auto good = [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  };
  if (host == nullptr || host->empty() || !std::ranges::all_of(*host, good)) return otherwise;
  return "http://" + *host;
}

/// Waits, no longer than the client does: one that has gone must not hold its thread.
void stall(double seconds, const http::Incoming& request, Clock& clock, const std::stop_token& stop) {
  const auto end = clock.steady() + seconds_duration(seconds);
  while (clock.steady() < end && request.client_waits()) {
    if (!clock.wait_until(std::min(end, clock.steady() + kGlance), stop)) return;
  }
}

/// The body, and then bytes that never end: a trickle, so that no client can read itself to death.
void make_endless(http::Outgoing& answer, Clock& clock) {
  answer.length = kEndless;
  answer.stream = [body = std::exchange(answer.body, {}), &clock](const http::WriteBody& write,
                                                                  std::stop_token stop) {
    if (!write(body)) return;
    const std::string more(4096, '\n');
    while (clock.wait_for(kTrickle, stop) && write(more)) {
    }
  };
}

void cut_in_half(http::Outgoing& answer) {
  answer.length = answer.body.size();
  answer.stream = [body = std::exchange(answer.body, {})](const http::WriteBody& write, std::stop_token) {
    write(std::string_view(body).substr(0, body.size() / 2));
  };
}

void log_access(const http::Incoming& request, const ServiceAnswer& given, telemetry::Log& log) {
  const auto& [stall_seconds, endless, cut] = given.wrong;
  const std::string* type = net::find(given.answer.headers, "x-amzn-ErrorType");
  log.debug(fmt::format("{} {} {}{}{}{}{}", request.method, request.path, given.answer.status,
                        type ? " " + *type : "",
                        stall_seconds > 0 ? fmt::format(", after {} s", stall_seconds) : "",
                        endless ? ", endless" : "", cut ? ", cut off" : ""));
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Service& service, Clock& clock,
                                              telemetry::Log& log) {
  const std::string otherwise = fmt::format("http://{}:{}", options.host, options.port);
  const auto handle = [&service, &clock, &log, otherwise](const http::Incoming& request,
                                                          std::stop_token stop) {
    ServiceAnswer given = service.handle(request, base_url(request, otherwise));
    log_access(request, given, log);
    const auto& [stall_seconds, endless, cut] = given.wrong;
    if (stall_seconds > 0) stall(stall_seconds, request, clock, stop);
    if (endless) make_endless(given.answer, clock);
    if (cut) cut_in_half(given.answer);
    return std::move(given.answer);
  };
  auto server = http::PlainServer::start(
      {.host = options.host, .port = options.port, .threads = options.threads}, handle, log);
  if (!server) return std::unexpected(server.error());
  std::unique_ptr<Server> running(new Server);
  running->server_ = std::move(*server);
  return running;
}

}  // namespace kinesight::sim::kvs

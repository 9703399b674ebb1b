// The simulated Kinesis Video Streams behind net::Transport, without sockets and in a fake clock's time: what
// an answer costs and how it fails is acted out by moving the clock, so that days pass in seconds.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/http.h"
#include "net/url.h"
#include "sim/kvs/service.h"
#include "support/body_of.h"
#include "support/fake_clock.h"

namespace kinesight::support {

/// Hands requests to a service. Both live by the same clock, which waiting advances. Safe for any number of
/// threads.
class KvsTransport final : public net::Transport {
 public:
  /// What lies between us and the service.
  enum class Network {
    up,
    refused,  ///< No connection, at once.
    silent,   ///< No connection, after the request's time-out for it.
  };

  KvsTransport(sim::kvs::Service& service, FakeClock& clock, double latency_seconds = 0.02)
      : service_(service), clock_(clock), latency_(seconds_duration(latency_seconds)) {}

  void set_network(Network network) { network_ = network; }
  void set_latency(double seconds) { latency_ = seconds_duration(seconds); }

  std::expected<net::Response, net::Failure> send(const net::Request& request,
                                                  std::stop_token stop) override {
    const auto began = clock_.steady();
    auto outcome = exchange(request, began, std::move(stop));
    count(to_seconds(clock_.steady() - began), to_seconds(request.timeouts.total));
    return outcome;
  }

  std::uint64_t requests() const { return requests_; }
  /// The longest that a request took, in seconds of the clock. Meaningful while one thread moves it.
  double longest_seconds() const {
    std::lock_guard lock(mutex_);
    return longest_;
  }
  /// Whether a request took longer than its own limit.
  bool overdue() const {
    std::lock_guard lock(mutex_);
    return overdue_;
  }

 private:
  using Outcome = std::expected<net::Response, net::Failure>;

  static constexpr double kBytesPerSecond = 10e6;  ///< Of answers that never end.

  Outcome exchange(const net::Request& request, Clock::Steady began, std::stop_token stop) {
    const auto url = net::parse_url(request.url);
    if (!url) return std::unexpected(net::Failure{.error = url.error()});
    if (stop.stop_requested()) {
      return failed(ErrorKind::cancelled, fmt::format("the request to {} was cancelled", url->authority()),
                    false);
    }
    if (network_ == Network::refused) return no_connection(*url);
    if (network_ == Network::silent) {
      clock_.advance(std::min(request.timeouts.connect, request.timeouts.total));
      return timed_out(*url, "no connection", false);
    }
    const auto deadline = began + request.timeouts.total;
    const auto patience = request.timeouts.idle;
    if (!pass(latency_, patience, deadline)) return timed_out(*url, "no byte", true);
    auto [answer, wrong] = service_.handle(incoming(request, *url), url->origin());
    if (!pass(seconds_duration(wrong.stall_seconds), patience, deadline))
      return timed_out(*url, "no byte", true);
    return received(request, *url, std::move(answer), wrong, deadline);
  }

  /// Moves the clock on by `length`; false when that is more than `patience`, or would pass the deadline.
  bool pass(Clock::Duration length, Clock::Duration patience, Clock::Steady deadline) {
    const auto left = std::min(patience, deadline - clock_.steady());
    clock_.advance(std::clamp(length, Clock::Duration{}, std::max(left, Clock::Duration{})));
    return length <= left;
  }

  Outcome received(const net::Request& request, const net::Url& url, http::Outgoing answer,
                   const sim::kvs::Misbehaviour& wrong, Clock::Steady deadline) {
    const std::size_t limit = request.max_response_bytes;
    if (wrong.endless) {
      const auto filling = seconds_duration(static_cast<double>(limit) / kBytesPerSecond);
      if (!pass(filling, filling, deadline)) return timed_out(url, "no whole answer", true);
      return too_long(url, limit);
    }
    bool whole = !wrong.cut;
    if (answer.stream) {
      const auto take = [&](std::string_view part) {
        answer.body.append(part.substr(0, limit + 1 - std::min(answer.body.size(), limit + 1)));
        return answer.body.size() <= limit;
      };
      answer.stream(take, {});
      whole = whole && answer.body.size() >= answer.length;
    }
    if (answer.body.size() > limit) return too_long(url, limit);
    if (!whole) {
      return failed(ErrorKind::unavailable,
                    fmt::format("{} ended the connection inside its answer", url.authority()), true);
    }
    return deliver(net::Response{answer.status, std::move(answer.headers), std::move(answer.body)}, request);
  }

  static http::Incoming incoming(const net::Request& request, const net::Url& url) {
    http::Incoming incoming{request.method, url.path, url.query, request.headers, std::string(request.body)};
    if (!net::find(incoming.headers, "Host")) incoming.headers.push_back({"Host", url.authority()});
    return incoming;
  }

  static Outcome failed(ErrorKind kind, std::string message, bool sent) {
    return std::unexpected(net::Failure{.error = {kind, std::move(message)}, .sent = sent});
  }
  static Outcome no_connection(const net::Url& url) {
    return failed(ErrorKind::unavailable, fmt::format("no connection to {}: refused", url.authority()),
                  false);
  }
  static Outcome too_long(const net::Url& url, std::size_t limit) {
    return failed(ErrorKind::corrupt,
                  fmt::format("the answer of {} is longer than {} bytes", url.authority(), limit), true);
  }
  static Outcome timed_out(const net::Url& url, std::string_view what, bool sent) {
    return std::unexpected(net::Failure{
        .error = {ErrorKind::unavailable, fmt::format("{} from {} in time", what, url.authority())},
        .sent = sent,
        .timed_out = true});
  }

  void count(double seconds, double limit) {
    ++requests_;
    std::lock_guard lock(mutex_);
    longest_ = std::max(longest_, seconds);
    overdue_ = overdue_ || seconds > limit + 1e-6;
  }

  sim::kvs::Service& service_;
  FakeClock& clock_;
  std::atomic<Clock::Duration> latency_;
  std::atomic<Network> network_ = Network::up;
  std::atomic<std::uint64_t> requests_ = 0;
  mutable std::mutex mutex_;
  double longest_ = 0;
  bool overdue_ = false;
};

}  // namespace kinesight::support

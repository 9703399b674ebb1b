// A transport that changes what goes over it: for what the stand-in does not do by itself.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "kvs/rig.h"

namespace kinesight::kvs_test {

/// Hands requests on to another transport. Used by one thread.
class Altering final : public net::Transport {
 public:
  explicit Altering(std::shared_ptr<net::Transport> inner) : inner_(std::move(inner)) {}

  std::function<void(const net::Request&)> before;  ///< Sees each request.
  /// Changes the body of a request.
  std::function<void(const net::Request&, std::string& body)> ask;
  /// Answers in place of the service.
  std::function<std::optional<net::Response>(const net::Request&)> answer;
  /// Changes what the service answered.
  std::function<void(const net::Request&, net::Response&)> after;

  std::expected<net::Response, net::Failure> send(const net::Request& request,
                                                  std::stop_token stop) override {
    if (before) before(request);
    if (answer) {
      if (auto answered = answer(request)) return std::move(*answered);
    }
    std::string body(request.body);
    net::Request asked = request;
    if (ask) ask(request, body);
    asked.body = body;
    auto response = inner_->send(asked, std::move(stop));
    if (response && after) after(request, *response);
    return response;
  }

 private:
  std::shared_ptr<net::Transport> inner_;
};

inline bool is_for(const net::Request& request, std::string_view part) { return request.url.contains(part); }
inline bool is_media_playlist(const net::Request& request) { return is_for(request, "getHLSMediaPlaylist"); }
inline bool is_session_call(const net::Request& request) {
  return is_for(request, "getHLSStreamingSessionURL");
}

/// A rig whose source speaks through an Altering.
struct AlteredRig : Rig {
  explicit AlteredRig(const Recording& made = {}, double before_start = 60)
      : Rig(made, before_start), altering(std::make_shared<Altering>(transport)) {
    session = std::make_unique<aws::Session>(
        aws::Session::Parts{
            .transport = altering, .credentials = any_key(), .retry = {}, .shared_config = {}},
        clock);
  }

  std::shared_ptr<Altering> altering;
};

/// Reads a recording to its end, opening again after errors; how many there were.
inline int read_recording(Rig& rig, video::kvs_hls::KvsHlsSource& replay,
                          const std::function<void(double capture_time)>& seen = {}) {
  int errors = 0;
  for (bool opened = false; errors < 20;) {
    if (!opened) {
      opened = replay.open({}).has_value();
    } else {
      const auto frame = replay.read({});
      opened = frame.has_value();
      if (frame && !*frame) return errors;
      if (frame) {
        rig.seen.push_back({video::test::number_in((*frame)->view), (*frame)->capture_time});
        if (seen) seen((*frame)->capture_time);
      }
    }
    if (opened) continue;
    ++errors;
    rig.clock.wait_for(replay.retry_after().value(), {});
  }
  ADD_FAILURE() << "the recording does not end";
  return errors;
}

}  // namespace kinesight::kvs_test

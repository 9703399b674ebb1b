// The simulated service with a clock that stands still, asked without a socket.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/kvs/service.h"
#include "support/fake_clock.h"
#include "support/temp_folder.h"
#include "video/fragmenter.h"
#include "video/movie.h"

namespace kinesight::sim::kvs {

inline constexpr double kNow = 1'700'000'000;
inline const std::string kBase = "http://sim.example:4000";

/// What an operation answered, its JSON parsed where it is that.
struct Told {
  int status = 0;
  std::string error;  ///< The header x-amzn-ErrorType.
  nlohmann::json body;
  std::string bytes;
  Misbehaviour wrong;
};

/// Four seconds of numbered frames in fragments of one second, made once a process.
inline std::shared_ptr<const video::FragmentedVideo> short_recording() {
  static const auto recording = [] {
    const support::TempFolder folder;
    video::test::write_movie(folder.path() / "movie.mp4", 40);
    auto cut = video::fragment_video(folder.path() / "movie.mp4", 1);
    return std::make_shared<const video::FragmentedVideo>(std::move(cut.value()));
  }();
  return recording;
}

class ServiceTest : public testing::Test {
 protected:
  /// The service, made at its first use, so that a test may change `options_` before.
  Service& service() {
    if (!service_) service_ = std::make_unique<Service>(options_, clock_);
    return *service_;
  }

  /// A stream that has been sending for a minute.
  void add_camera(const std::string& name) {
    const auto added = service().add_camera(name, {short_recording()}, clock_.wall_seconds() - 60);
    ASSERT_TRUE(added) << added.error().message;
  }

  Told send(const http::Incoming& request) {
    const ServiceAnswer given = service().handle(request, kBase);
    Told told{given.answer.status, "", nlohmann::json::parse(given.answer.body, nullptr, false),
              given.answer.body, given.wrong};
    if (const auto* type = net::find(given.answer.headers, "x-amzn-ErrorType")) told.error = *type;
    return told;
  }
  Told call(const std::string& operation, const nlohmann::json& body = nlohmann::json::object()) {
    return send({.method = "POST", .path = "/" + operation, .query = "", .headers = {}, .body = body.dump()});
  }
  Told get(const std::string& path, const std::string& query = "") {
    return send({.method = "GET", .path = path, .query = query, .headers = {}, .body = ""});
  }

  /// The query of a new session's URLs.
  std::string open_session(const std::string& stream) {
    const Told opened = call("getHLSStreamingSessionURL", {{"StreamName", stream}, {"PlaybackMode", "LIVE"}});
    EXPECT_EQ(opened.status, 200) << opened.bytes;
    const std::string url = opened.body.value("HLSStreamingSessionURL", "?");
    return url.substr(url.find('?') + 1);
  }

  support::FakeClock clock_{kNow};
  ServiceOptions options_;
  std::unique_ptr<Service> service_;
};

}  // namespace kinesight::sim::kvs

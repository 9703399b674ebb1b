// A real server on a free port, fed with invented cameras.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "http/server.h"
#include "support/temp_folder.h"

namespace kinesight::http {

inline event::Envelope sample_event(std::int64_t ts_ms, const std::string& label = "person") {
  event::Payload payload;
  payload.ts_ms = ts_ms;
  payload.type = "object";
  payload.label = label;
  payload.conf = 0.87;
  payload.bbox = {100, 200, 50, 75};
  return event::make_envelope("front", payload);
}

/// Server, feed and the sources between them; a test changes what it needs and calls start().
class ServerTest : public testing::Test {
 protected:
  static constexpr const char* kToken = "a-token-for-tests";

  ServerTest() {
    options_.host = "127.0.0.1";
    options_.port = 0;
    sources_.feed = &feed_;
    sources_.health = [this] { return health_; };
    sources_.metrics_text = [] { return std::string("# TYPE infer_frames_total counter\n"); };
    sources_.cameras = [this] { return cameras_; };
    sources_.latest_picture = [this](const std::string& camera_id) -> Result<LatestPicture> {
      if (camera_id != "front") return fail(ErrorKind::not_found, "no camera is called {}", camera_id);
      return LatestPicture{picture_version_, [this](int max_width) -> Result<Bytes> {
                             ++encoded_;
                             return Bytes{0xff, 0xd8, static_cast<std::uint8_t>(max_width / 10)};
                           }};
    };
    sources_.snapshot = [this](const std::string& key) -> Result<Bytes> {
      snapshot_keys_.push_back(key);
      if (!key.ends_with("/1.jpg")) return fail(ErrorKind::not_found, "no such snapshot");
      return Bytes{0xff, 0xd8, 0xff};
    };
  }

  void start() {
    auto server = Server::start(options_, sources_, log_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  httplib::Client client() {
    httplib::Client client("127.0.0.1", server_->port());
    client.set_read_timeout(10);
    return client;
  }

  httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) {
    return client().Get(path, headers);
  }

  EventFeed feed_{8};
  HealthReport health_;
  std::vector<CameraStatus> cameras_;
  std::string picture_version_ = "1";
  std::atomic<int> encoded_{0};
  std::vector<std::string> snapshot_keys_;
  ServerOptions options_;
  ApiSources sources_;
  telemetry::Log log_{"kvs_infer", telemetry::LogFormat::text, telemetry::Level::warning, stderr};
  std::unique_ptr<Server> server_;
};

}  // namespace kinesight::http

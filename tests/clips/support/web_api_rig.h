// The REST API of clips over a real server on a free port, with a broker, a cache and streams that do as they
// are told. Whatever is answered is held against the OpenAPI document.
#pragma once

#include <gmock/gmock.h>
#include <httplib.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>

#include "clips/discovery.h"
#include "clips/support/fake_cache.h"
#include "clips/support/fake_streams.h"
#include "clips/support/schema_check.h"
#include "clips/web_api.h"
#include "clips/web_api_document.h"
#include "http/server.h"
#include "support/fake_broker.h"
#include "support/fake_clock.h"
#include "telemetry/catalog.h"

namespace kinesight::clips {

/// A test changes what it needs of the members and calls start().
class WebApiTest : public testing::Test {
 protected:
  using Json = nlohmann::json;
  using Headers = httplib::Headers;
  static constexpr const char* kToken = "a-token-for-tests";
  static constexpr const char* kTasks = "S2_PROCESSING_QUEUE";
  static constexpr std::int64_t kNow = 1'700'000'000'000;  // 2023-11-14T22:13:20Z

  WebApiTest() {
    testing::internal::CaptureStderr();
    broker.make_queue(kTasks);
    options.host = "127.0.0.1";
    options.port = 0;
    parts.broker_connected = [this] { return connected.load(); };
    parts.stop = stopping.get_token();
  }
  ~WebApiTest() override {
    server.reset();
    (void)logged();
    (void)testing::internal::GetCapturedStderr();
  }

  void start() {
    api.emplace(parts);
    auto started = http::Server::start(options, api->sources(), log);
    ASSERT_TRUE(started) << started.error().message;
    server = std::move(*started);
  }

  httplib::Result get(const std::string& path, const Headers& headers = {}) {
    return checked("get", path, client().Get(path, headers));
  }
  httplib::Result post(const std::string& path, const std::string& body = {}, const Headers& headers = {}) {
    return checked("post", path, client().Post(path, headers, body, body.empty() ? "" : "application/json"));
  }
  httplib::Result trigger(const Json& body) { return post("/trigger/clip", body.dump()); }

  /// A trigger that says it all.
  static Json whole() {
    return {{"camera_id", "front"},
            {"stream_name", "CameraFront"},
            {"start_time", "2023-11-14T22:00:00Z"},
            {"end_time", "2023-11-14T22:01:00Z"},
            {"process_id", 201}};
  }
  std::vector<Message> queued() { return broker.messages(kTasks); }
  /// What the server says of itself; after start().
  Json document() {
    const Headers token = {{"Authorization", "Bearer " + options.token}};
    return Json::parse(client().Get(std::string(kDocumentPath), token)->body);
  }

  /// What was logged since the test began, or since the last time.
  std::string logged() {
    log.flush();
    std::string text = testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    return text;
  }

  telemetry::Log log{"sightapi_s2", telemetry::LogFormat::json, telemetry::Level::debug, stderr};
  telemetry::Metrics metrics{telemetry::kAllMetrics};
  telemetry::Health health;
  support::FakeClock clock;
  FakeCache cache{clock};
  FakeStreams streams;
  support::FakeBroker broker;
  std::atomic<bool> connected = true;
  std::stop_source stopping;
  Discovery discovery{streams, &cache, std::chrono::minutes(5), clock, {log, metrics, health}};
  WebApi::Parts parts{.discovery = discovery,
                      .streams = streams,
                      .publisher = broker,
                      .cache = &cache,
                      .clock = clock,
                      .telemetry = {log, metrics, health}};
  http::ServerOptions options;
  std::optional<WebApi> api;
  std::unique_ptr<http::Server> server;

 private:
  httplib::Client client() {
    httplib::Client client("127.0.0.1", server->port());
    client.set_read_timeout(20);
    return client;
  }

  httplib::Result checked(const std::string& method, const std::string& path, httplib::Result answer) {
    if (!answer) {
      ADD_FAILURE() << method << " " << path << ": no answer";
      answer = httplib::Result(std::make_unique<httplib::Response>(), httplib::Error::Success);
    } else {
      EXPECT_EQ(against_document(method, path.substr(0, path.find('?')), *answer), "")
          << method << " " << path << " " << answer->status;
    }
    return answer;
  }

  /// What is not as the document says.
  std::string against_document(const std::string& method, const std::string& path,
                               const httplib::Response& answer) {
    const Json all = document();
    for (const auto& [documented, operations] : all.at("paths").items()) {
      const std::regex pattern(std::regex_replace(documented, std::regex(R"(\{\w+\})"), ".+"));
      if (!operations.contains(method) || !std::regex_match(path, pattern)) continue;
      const Json& responses = operations.at(method).at("responses");
      const std::string status = std::to_string(answer.status);
      if (!responses.contains(status)) return "no such status is documented";
      const std::string type = answer.get_header_value("Content-Type");
      const Json& content = responses.at(status).at("content");
      const std::string media = type.substr(0, type.find(';'));
      if (!content.contains(media)) return "no such type is documented: " + type;
      const Json& schema = content.at(media).at("schema");
      if (media != "application/json") return {};
      return against_schema(all, schema, Json::parse(answer.body, nullptr, false));
    }
    return "no such route is documented";
  }
};

}  // namespace kinesight::clips

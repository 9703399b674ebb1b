// POST /trigger/clip: what becomes a task, what is refused, and what is answered when.
#include <barrier>
#include <future>

#include "clips/support/web_api_rig.h"
#include "clips/task.h"
#include "clips/trigger.h"
#include "http/raw_client.h"

namespace kinesight::clips {
namespace {

using support::FakeBroker;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class TriggerTest : public WebApiTest {};

TEST_F(TriggerTest, PutsTheTaskIntoTheQueue) {
  start();
  auto body = whole();
  body["stream_arn"] = "arn:aws:kinesisvideo:us-east-1:123456789:stream/CameraFront/1";
  const auto answer = trigger(body);
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body,
            R"({"status":"QUEUED","camera_id":"front","process_id":201,)"
            R"("start_time":"2023-11-14T22:00:00.000Z","end_time":"2023-11-14T22:01:00.000Z"})");
  ASSERT_EQ(queued().size(), 1u);
  EXPECT_EQ(queued()[0].message_id, "201");
  const auto task = parse_task(queued()[0].body);
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ(task->camera_id, "front");
  EXPECT_EQ(task->stream_arn, "arn:aws:kinesisvideo:us-east-1:123456789:stream/CameraFront/1");
  EXPECT_EQ(task->stream_name, "CameraFront");
  EXPECT_EQ(task->start_ms, kNow - 800'000);
  EXPECT_EQ(task->end_ms, kNow - 740'000);
  EXPECT_EQ(task->process_id, 201);
  EXPECT_EQ(task->inference_config, "");
}

TEST_F(TriggerTest, WithoutARangeItIsTheLastSeconds) {
  parts.clip_seconds = 42.5;
  start();
  // What is null counts as absent: clients made from a schema send it.
  for (const char* body : {R"({"camera_id":"front","stream_name":"a"})",
                           R"({"camera_id":"front","stream_arn":null,"stream_name":"a","start_time":null,)"
                           R"("end_time":null,"process_id":null,"inference_config":null})"}) {
    ASSERT_EQ(post("/trigger/clip", body)->status, 200);
    const auto task = parse_task(queued().back().body);
    ASSERT_TRUE(task);
    EXPECT_EQ(task->end_ms, kNow);
    EXPECT_EQ(task->start_ms, kNow - 42'500);
  }
}

TEST_F(TriggerTest, TheInferenceConfigIsPassedOnByteForByte) {
  start();
  const std::string config =
      "{ \"b\" : 1.50,\"a\":[1e3 , \"\\u00e9\"],\n\t\"a\":{}, \"big\":12345678901234567890123}";
  ASSERT_EQ(
      post("/trigger/clip", R"({"inference_config":)" + config + R"(,"camera_id":"c","stream_name":"s"})")
          ->status,
      200);
  EXPECT_THAT(queued()[0].body, HasSubstr("\"inference_config\":" + config + "}"));
}

TEST_F(TriggerTest, TheLongestTriggerIsATaskThatIsRead) {
  start();
  auto body = whole();
  body["stream_name"] = std::string(1024, '\x01');  // Six bytes each as JSON.
  body["stream_arn"] = std::string(1024, '\x02');
  body["camera_id"] = std::string(256, 'c');
  body["inference_config"] = {{"x", ""}};
  const std::size_t left = kMaxTriggerBytes - body.dump().size();
  body["inference_config"]["x"] = std::string(left, 'x');
  ASSERT_EQ(body.dump().size(), kMaxTriggerBytes);
  ASSERT_EQ(trigger(body)->status, 200);
  EXPECT_TRUE(parse_task(queued().at(0).body));
  body["inference_config"]["x"] = std::string(left + 1, 'x');
  EXPECT_EQ(trigger(body)->status, 413);
  EXPECT_EQ(queued().size(), 1u);
}

TEST_F(TriggerTest, ProcessIdsComeFromRedis) {
  start();
  auto body = whole();
  body.erase("process_id");
  EXPECT_EQ(Json::parse(trigger(body)->body)["process_id"], 1);
  EXPECT_EQ(Json::parse(trigger(body)->body)["process_id"], 2);
  EXPECT_EQ(Json::parse(trigger(whole())->body)["process_id"], 201) << "its own";
  EXPECT_EQ(cache.get("s2:process_id").value(), "2");
}

TEST_F(TriggerTest, RedisThatFailsIsNoErrorAndCounted) {
  cache.fail_with(Error{ErrorKind::unavailable, "Redis at 127.0.0.1:1: Connection refused"});
  start();
  auto body = whole();
  body.erase("process_id");
  EXPECT_EQ(Json::parse(trigger(body)->body)["process_id"], kNow);
  EXPECT_EQ(Json::parse(trigger(body)->body)["process_id"], kNow + 1) << "each millisecond once";
  clock.advance_seconds(1);
  EXPECT_EQ(Json::parse(trigger(body)->body)["process_id"], kNow + 1000);
  EXPECT_EQ(metrics.value(telemetry::kCacheFailures, {"increment"}), 3);
  EXPECT_EQ(queued().size(), 3u);
}

TEST_F(TriggerTest, WithoutRedisProcessIdsAreTheTimeOfDay) {
  parts.cache = nullptr;
  start();
  auto body = whole();
  body.erase("process_id");
  EXPECT_EQ(Json::parse(trigger(body)->body)["process_id"], kNow);
}

TEST_F(TriggerTest, NothingIsAnsweredBeforeTheBrokerConfirms) {
  start();
  const std::string body = whole().dump();
  http::RawClient client(server->port());
  bool silent = false;
  broker.decide([&](const std::string&, const Message&) {
    silent = !client.has_answer();
    return FakeBroker::Fate::confirmed;
  });
  client.send("POST /trigger/clip HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(client.read_until("\"QUEUED\""), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(silent);
}

TEST_F(TriggerTest, WithoutABrokerNothingIsQueuedAndSaidSo) {
  connected = false;
  start();
  const auto answer = trigger(whole());
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->get_header_value("Retry-After"), "5");
  EXPECT_THAT(answer->body, HasSubstr("nothing is queued"));
  EXPECT_THAT(queued(), IsEmpty());
}

TEST_F(TriggerTest, WhatIsNotConfirmedCanBeAskedForAgainAsTheSameTask) {
  start();
  broker.next_fates({FakeBroker::Fate::taken_then_lost});
  const auto lost = post("/trigger/clip", R"({"camera_id":"front","stream_name":"a"})");
  ASSERT_EQ(lost->status, 503);
  EXPECT_EQ(lost->get_header_value("Retry-After"), "5");
  auto again = Json::parse(lost->body);
  EXPECT_THAT(again["error"].get<std::string>(), HasSubstr("went away"));
  again.erase("error");
  again["stream_name"] = "a";
  clock.advance_seconds(30);
  ASSERT_EQ(trigger(again)->status, 200);
  ASSERT_EQ(queued().size(), 2u);
  EXPECT_EQ(queued()[0].body, queued()[1].body);
  EXPECT_THAT(logged(), HasSubstr("not known to be queued"));
}

TEST_F(TriggerTest, ATaskThatComesBackOrMustEndIsNotQueued) {
  parts.queues.tasks = "NO_SUCH_QUEUE";
  start();
  auto answer = trigger(whole());
  EXPECT_EQ(answer->status, 503);
  EXPECT_THAT(answer->body, HasSubstr("there is no queue named NO_SUCH_QUEUE"));
  stopping.request_stop();
  EXPECT_EQ(trigger(whole())->status, 503);
}

TEST_F(TriggerTest, OthersAreServedWhileManyWaitForTheBroker) {
  /// Lets nobody go before all are there.
  struct Crowded final : Publisher {
    std::barrier<> all{WebApi::kMostWaiting + 1};
    Result<> publish(const std::string&, const Message&, Clock::Duration, std::stop_token) override {
      all.arrive_and_wait();
      all.arrive_and_wait();
      return {};
    }
  } crowded;
  api.emplace(WebApi::Parts{.discovery = discovery,
                            .streams = streams,
                            .publisher = crowded,
                            .cache = &cache,
                            .clock = clock,
                            .telemetry = {log, metrics, health},
                            .broker_connected = [] { return true; }});
  server = http::Server::start(options, api->sources(), log).value();
  // The thread sanitizer does not see how the HTTP library guards what it sets up at its first request.
  ASSERT_EQ(get("/health")->status, 200);
  std::vector<std::future<int>> waiting;
  for (int i = 0; i < WebApi::kMostWaiting; ++i) {
    waiting.push_back(std::async(std::launch::async, [this] { return trigger(whole())->status; }));
  }
  crowded.all.arrive_and_wait();
  const auto busy = trigger(whole());
  EXPECT_EQ(busy->status, 503);
  EXPECT_EQ(busy->get_header_value("Retry-After"), "1");
  EXPECT_EQ(get("/health")->status, 200);
  crowded.all.arrive_and_wait();
  for (auto& one : waiting) EXPECT_EQ(one.get(), 200);
}

struct Refusal {
  const char* field;
  nlohmann::json value;
  const char* says;
};

TEST_F(TriggerTest, WhatIsWrongIsToldAndNotQueued) {
  start();
  const Refusal refusals[] = {
      {"start_tme", "2023-11-14T22:00:00Z", "there is no field 'start_tme'; did you mean 'start_time'?"},
      {"zoom", 3, "there is no field 'zoom'"},
      {"zoom", nullptr, "there is no field 'zoom'"},
      {"end_time", "2023-11-14T21:59:59Z", "end_time: expected a time after start_time"},
      {"end_time", "2023-11-14T22:00:00Z", "end_time: expected a time after start_time"},
      {"end_time", nullptr, "end_time: expected a time such as"},
      {"start_time", nullptr, "start_time: expected a time such as"},
      {"start_time", "2023-11-14T18:00:00Z", "expected a clip of at most 10800 s"},
      {"start_time", "10m", "start_time: expected a time such as"},
      {"start_time", true, "start_time: expected a time such as"},
      {"end_time", "2023-11-14T22:13:23Z", "end_time: 2023-11-14T22:13:23.000Z has not come yet"},
      {"end_time", 1e300, "end_time: expected a time such as"},
      {"process_id", "201", "process_id: expected a whole number, found \"201\""},
      {"process_id", 1.5, "process_id: expected a whole number"},
      {"process_id", 18446744073709551615u, "process_id: expected a whole number"},
      {"inference_config", "{}", "inference_config: expected an object"},
      {"inference_config", Json::array(), "inference_config: expected an object"},
      {"stream_name", nullptr, "stream_arn: expected it or stream_name"},
      {"stream_name", "", "stream_arn: expected it or stream_name"},
      {"stream_name", 7, "stream_name: expected a text"},
      {"stream_name", std::string("a\0b", 3), "stream_name: expected a text"},
      {"stream_arn", Json::object(), "stream_arn: expected a text"},
      {"stream_arn", std::string(1025, 'a'), "stream_arn: expected a text of at most 1024 bytes"},
  };
  for (const auto& refusal : refusals) {
    auto body = whole();
    body[refusal.field] = refusal.value;
    const auto answer = trigger(body);
    EXPECT_EQ(answer->status, 400) << body;
    EXPECT_THAT(Json::parse(answer->body)["error"].get<std::string>(), HasSubstr(refusal.says));
  }
  EXPECT_THAT(queued(), IsEmpty());
  auto body = whole();
  body["end_time"] = "2023-11-14T22:13:22Z";
  EXPECT_EQ(trigger(body)->status, 200) << "clocks differ by so much";
}

TEST_F(TriggerTest, NoCameraIdLeavesItsFolder) {
  start();
  for (const auto& id :
       {Json(".."), Json("."), Json(""), Json("../x"), Json("a/b"), Json("/etc"), Json("a\\b"), Json("a b"),
        Json("%2e%2e"), Json("caf\u00e9"), Json("a\nb"), Json(std::string("a\0", 2)),
        Json(std::string(257, 'a')), Json(nullptr), Json(5), Json({"a"}), Json::object()}) {
    auto body = whole();
    body["camera_id"] = id;
    const auto answer = trigger(body);
    EXPECT_EQ(answer->status, 400) << id;
    EXPECT_THAT(answer->body, HasSubstr("camera_id: expected")) << id;
  }
  EXPECT_THAT(queued(), IsEmpty());
}

TEST_F(TriggerTest, WhatIsNoObjectIsRefused) {
  start();
  const std::string good = whole().dump();
  for (const std::string& body :
       {std::string("null"), std::string("[]"), std::string("7"), std::string("{"), good + "x", good + good,
        std::string("\"\xff\""), R"({"camera_id":"a","camera_id":"b"})" + std::string(), std::string(" "),
        R"({"inference_config":)" + std::string(100, '[') + std::string(100, ']') + "}"}) {
    EXPECT_EQ(post("/trigger/clip", body)->status, 400) << body;
  }
  EXPECT_EQ(post("/trigger/clip")->status, 400) << "no body";
  EXPECT_THAT(queued(), IsEmpty());
}

}  // namespace
}  // namespace kinesight::clips

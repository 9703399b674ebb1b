// Every route over a real socket: what it answers, to whom, and with which headers.
#include "http/server_fixture.h"

namespace kinesight::http {
namespace {

using nlohmann::json;
using telemetry::HealthState;
using testing::ElementsAre;
using testing::HasSubstr;

class RoutesTest : public ServerTest {};

TEST_F(RoutesTest, HealthIsTheTextThatProbesKnow) {
  start();
  for (const char* path : {"/healthz", "/health"}) {
    const auto answer = get(path);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, R"({"status":"ok","service":"kvs-infer"})");
    EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
  }
}

TEST_F(RoutesTest, HealthSaysWhatIsWrong) {
  start();
  health_ = {HealthState::degraded, {"camera front: no route to host"}};
  auto answer = get("/healthz");
  EXPECT_EQ(answer->status, 200) << "a camera that is away is no reason to restart the service";
  EXPECT_EQ(answer->body,
            R"({"status":"degraded","service":"kvs-infer","reasons":["camera front: no route to host"]})");
  health_.state = HealthState::failed;
  answer = get("/healthz");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(json::parse(answer->body)["status"], "failed");
}

TEST_F(RoutesTest, MetricsAreForPrometheus) {
  start();
  const auto answer = get("/metrics");
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->get_header_value("Content-Type"), testing::StartsWith("text/plain; version=0.0.4"));
  EXPECT_EQ(answer->body, "# TYPE infer_frames_total counter\n");
}

TEST_F(RoutesTest, CamerasShowEveryField) {
  CameraStatus front{.id = "front",
                     .state = "online",
                     .fps = 4.9,
                     .fps_target = 5,
                     .paused = false,
                     .latency_ms = 12.5,
                     .restarts = 2,
                     .last_frame_time = 1700000000.25,
                     .frames = 120,
                     .events = 3,
                     .drops = {{"too_old", 2}},
                     .overload = {"fewer_frames", "keyframes"},
                     .still_frames = 90,
                     .packets = 3000,
                     .gated_packets = 2000,
                     .error = "",
                     .source = "rtsp://…",
                     .width = 1920,
                     .height = 1080};
  CameraStatus back{.id = "back", .state = "offline", .error = "no route to \xff host"};
  cameras_ = {front, back};
  start();
  const auto cameras = json::parse(get("/api/cameras")->body)["cameras"];
  EXPECT_EQ(cameras[0], json::parse(R"({"id":"front","state":"online","fps":4.9,"fps_target":5.0,
    "paused":false,"latency_ms":12.5,"restarts":2,"last_frame_time":1700000000.25,"frames":120,"events":3,"drops":{"too_old":2},
    "overload":["fewer_frames","keyframes"],"still_frames":90,"packets":3000,"gated_packets":2000,
    "error":"","source":"rtsp://…","width":1920,"height":1080})"));
  EXPECT_TRUE(cameras[1]["last_frame_time"].is_null());
  EXPECT_TRUE(cameras[1]["latency_ms"].is_null());
  EXPECT_EQ(cameras[1]["drops"], json::object());
  EXPECT_EQ(cameras[1]["overload"], json::array());
  EXPECT_THAT(cameras[1]["error"].get<std::string>(), HasSubstr("no route to"));
}

TEST_F(RoutesTest, TheLatestPictureIsEncodedOnceAVersion) {
  start();
  const auto first = get("/api/cameras/front/latest.jpg");
  ASSERT_EQ(first->status, 200);
  EXPECT_EQ(first->get_header_value("Content-Type"), "image/jpeg");
  EXPECT_EQ(first->body, std::string("\xff\xd8\0", 3));
  EXPECT_EQ(get("/api/cameras/front/latest.jpg")->body, first->body);
  const std::string tag = first->get_header_value("ETag");
  EXPECT_EQ(get("/api/cameras/front/latest.jpg", {{"If-None-Match", tag}})->status, 304);
  EXPECT_EQ(encoded_, 1);

  picture_version_ = "2";
  EXPECT_EQ(get("/api/cameras/front/latest.jpg", {{"If-None-Match", tag}})->status, 200);
  EXPECT_EQ(encoded_, 2);
}

TEST_F(RoutesTest, TheLatestPictureComesInTheWidthAskedFor) {
  start();
  EXPECT_EQ(get("/api/cameras/front/latest.jpg?width=600")->body[2], 64) << "the next step above: 640";
  EXPECT_EQ(get("/api/cameras/front/latest.jpg?width=9999")->body[2], 0) << "wider than any step: as it is";
  EXPECT_EQ(get("/api/cameras/front/latest.jpg?width=0")->body[2], 0);
  const auto refused = get("/api/cameras/front/latest.jpg?width=x");
  EXPECT_EQ(refused->status, 400);
  EXPECT_THAT(refused->body, HasSubstr("width: expected a number from 0 to"));
}

TEST_F(RoutesTest, SaysWhenThereIsNoPicture) {
  start();
  EXPECT_EQ(get("/api/cameras/nowhere/latest.jpg")->status, 404);
  EXPECT_EQ(json::parse(get("/api/cameras/nowhere/latest.jpg")->body)["error"],
            "no camera is called nowhere");
}

TEST_F(RoutesTest, EventsComeFromTheStoreWhereThereIsOne) {
  event::Query asked;
  sources_.events = [&](const event::Query& query) -> Result<std::vector<event::Envelope>> {
    asked = query;
    return std::vector{sample_event(1700000000000)};
  };
  start();
  const auto answer = get(
      "/api/events?camera=front&type=object&label=person&since=1700000000000&until=now&limit=7&order=oldest");
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "{\"events\":[" + event::to_json(sample_event(1700000000000)) + "]}");
  EXPECT_EQ(asked.camera_id, "front");
  EXPECT_EQ(asked.type, "object");
  EXPECT_EQ(asked.label, "person");
  EXPECT_EQ(asked.since_ms, 1700000000000);
  EXPECT_GT(asked.until_ms, asked.since_ms);
  EXPECT_EQ(asked.limit, 7u);
  EXPECT_EQ(asked.order, event::Order::oldest_first);
}

TEST_F(RoutesTest, EventsComeFromTheFeedWhereThereIsNoStore) {
  for (int second = 0; second < 10; ++second)
    feed_.push(sample_event(1000 * second, second % 2 ? "person" : "car"));
  start();
  const auto events = json::parse(get("/api/events?label=person&limit=2")->body)["events"];
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0]["payload"]["ts_ms"], 9000);
  EXPECT_EQ(events[1]["payload"]["ts_ms"], 7000);
  const auto oldest = json::parse(get("/api/events?since=3000&until=5000&order=oldest")->body)["events"];
  ASSERT_EQ(oldest.size(), 2u);
  EXPECT_EQ(oldest[0]["payload"]["ts_ms"], 3000);
}

TEST_F(RoutesTest, ABadQuerySaysWhatWasExpected) {
  start();
  const auto answer = get("/api/events?since=yesterday");
  EXPECT_EQ(answer->status, 400);
  EXPECT_THAT(answer->body, HasSubstr("since: expected how long ago"));
}

TEST_F(RoutesTest, CoverageShowsWhatWasNotWatched) {
  CoverageQuery asked;
  sources_.coverage = [&](const CoverageQuery& query) -> Result<std::vector<CameraCoverage>> {
    asked = query;
    if (query.camera_id == "nowhere") return fail(ErrorKind::not_found, "no camera is called 'nowhere'");
    return std::vector{CameraCoverage{.camera_id = "front",
                                      .begin_ms = 1000,
                                      .end_ms = 101000,
                                      .share = 0.9,
                                      .live_seconds = 80,
                                      .backfilled_seconds = 10,
                                      .missed_seconds = {{"lost", 10}},
                                      .unwatched = {{1000, 11000, "offline", true}, {20000, 30000, "lost"}}}};
  };
  start();
  const auto answer = get("/api/coverage?camera=front&since=1000&until=101000");
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(json::parse(answer->body), json::parse(R"({"since_ms":1000,"until_ms":101000,"cameras":[{
    "camera_id":"front","begin_ms":1000,"end_ms":101000,"share":0.9,"live_seconds":80.0,"backfilled_seconds":10.0,
    "missed_seconds":{"lost":10.0},"truncated":false,"unwatched":[
    {"begin_ms":1000,"end_ms":11000,"reason":"offline","backfilled":true},
    {"begin_ms":20000,"end_ms":30000,"reason":"lost","backfilled":false}]}]})"));
  EXPECT_EQ(asked.camera_id, "front");
  EXPECT_EQ(asked.since_ms, 1000);
  get("/api/coverage");
  EXPECT_EQ(asked.until_ms - asked.since_ms, 86'400'000) << "a day";
  EXPECT_EQ(get("/api/coverage?camera=nowhere")->status, 404);
  EXPECT_EQ(get("/api/coverage?since=tomorrow")->status, 400);
  EXPECT_THAT(get("/api/coverage?since=1h&until=2h")->body, HasSubstr("since: expected a time before until"));
  EXPECT_THAT(get("/api/coverage?hours=2")->body, HasSubstr("there are camera, since, until"));
}

TEST_F(RoutesTest, OfManyGapsTheLongestAreShownInOrder) {
  CameraCoverage camera{.camera_id = "front"};
  for (int i = 0; i < 3000; ++i)
    camera.unwatched.push_back({i * 100, i * 100 + (i % 3 ? 10 : 50), "overload"});
  sources_.coverage = [&](const CoverageQuery&) -> Result<std::vector<CameraCoverage>> {
    return std::vector{camera};
  };
  start();
  const auto shown = json::parse(get("/api/coverage")->body)["cameras"][0];
  EXPECT_EQ(shown["truncated"], true);
  ASSERT_EQ(shown["unwatched"].size(), 1000u);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(shown["unwatched"][static_cast<std::size_t>(i)]["begin_ms"], i * 300);
}

TEST_F(RoutesTest, SnapshotsAreKeptForGood) {
  start();
  const auto answer = get("/snapshots/front/1970/01/01/1.jpg");
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(answer->get_header_value("Content-Type"), "image/jpeg");
  EXPECT_THAT(answer->get_header_value("Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(get("/snapshots/front/1970/01/01/2.jpg")->status, 404);
  EXPECT_THAT(snapshot_keys_,
              ElementsAre("snapshots/front/1970/01/01/1.jpg", "snapshots/front/1970/01/01/2.jpg"));
}

TEST_F(RoutesTest, SnapshotsLeadNowhereElse) {
  start();
  for (const char* path :
       {"/snapshots/../events.db", "/snapshots/%2e%2e/http-token", "/snapshots/a/..%2f..%2fx.jpg",
        "/snapshots//etc/passwd.jpg", "/snapshots/a/../1.jpg", "/snapshots/a%00/1.jpg",
        "/snapshots/a\\..\\1.jpg", "/snapshots/./1.jpg", "/snapshots/a/1.jpg/", "/snapshots/"}) {
    EXPECT_EQ(get(path)->status, 404) << path;
  }
  EXPECT_TRUE(snapshot_keys_.empty()) << "the store was asked for " << snapshot_keys_.front();
}

TEST_F(RoutesTest, TheDashboardIsInside) {
  start();
  for (const char* path : {"/", "/index.html", "/app.js", "/style.css"}) {
    const auto answer = get(path);
    ASSERT_EQ(answer->status, 200) << path;
    EXPECT_FALSE(answer->body.empty());
    const std::string tag = answer->get_header_value("ETag");
    EXPECT_EQ(get(path, {{"If-None-Match", tag}})->status, 304) << path;
  }
  EXPECT_EQ(get("/")->get_header_value("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(get("/app.js")->get_header_value("Content-Type"), "text/javascript; charset=utf-8");
}

TEST_F(RoutesTest, EveryAnswerTellsTheBrowserToBeCareful) {
  start();
  for (const char* path : {"/", "/api/cameras", "/healthz", "/nowhere"}) {
    const auto answer = get(path);
    const std::string policy = answer->get_header_value("Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'self'")) << path;
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'")) << path;
    EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff") << path;
  }
  EXPECT_EQ(get("/api/cameras")->get_header_value("Cache-Control"), "no-store");
}

TEST_F(RoutesTest, UnknownPathsAndMethodsAreToldSo) {
  start();
  auto answer = get("/nowhere");
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(json::parse(answer->body)["error"], "no such page");
  answer = client().Post("/api/cameras", "", "text/plain");
  EXPECT_EQ(answer->status, 405);
  EXPECT_EQ(answer->get_header_value("Allow"), "GET, HEAD");
  EXPECT_EQ(get("/api/login")->status, 405);
  EXPECT_EQ(client().Delete("/healthz")->status, 405);
  EXPECT_EQ(client().Options("/healthz")->status, 405);
}

TEST_F(RoutesTest, HeadAnswersLikeGetWithoutTheBody) {
  start();
  const auto answer = client().Head("/healthz");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->get_header_value("Content-Length"), "37");
}

TEST_F(RoutesTest, AMissingSourceIsAMissingPage) {
  sources_ = {};
  start();
  for (const char* path : {"/healthz", "/metrics", "/api/cameras", "/api/events", "/api/events/stream"}) {
    EXPECT_EQ(get(path)->status, 404) << path;
  }
}

TEST_F(RoutesTest, AFailingSourceIsAnErrorOfItsOwn) {
  sources_.cameras = []() -> std::vector<CameraStatus> { throw std::runtime_error("a secret detail"); };
  start();
  const auto answer = get("/api/cameras");
  EXPECT_EQ(answer->status, 500);
  EXPECT_THAT(answer->body, testing::Not(HasSubstr("secret")));
  EXPECT_EQ(get("/healthz")->status, 200);
}

class ExposedTest : public ServerTest {
 protected:
  ExposedTest() {
    options_.assume_exposed = true;
    options_.token = kToken;
    sources_.coverage = [](const CoverageQuery&) -> Result<std::vector<CameraCoverage>> {
      return std::vector<CameraCoverage>{};
    };
  }
  static constexpr const char* kGuarded[] = {"/api/cameras",       "/api/cameras/front/latest.jpg",
                                             "/api/events",        "/api/coverage",
                                             "/api/events/stream", "/snapshots/front/1970/01/01/1.jpg"};
};

TEST_F(ExposedTest, HealthMetricsAndTheEmptyDashboardStayOpen) {
  start();
  for (const char* path : {"/healthz", "/health", "/metrics", "/", "/app.js"})
    EXPECT_EQ(get(path)->status, 200) << path;
}

TEST_F(ExposedTest, PicturesAndTheApiNeedTheToken) {
  start();
  for (const char* path : kGuarded) {
    EXPECT_EQ(get(path)->status, 401) << path;
    EXPECT_EQ(get(path, {{"Authorization", "Bearer a-token-for-tesst"}})->status, 401) << path;
    EXPECT_EQ(get(path, {{"Authorization", std::string("Basic ") + kToken}})->status, 401) << path;
    EXPECT_EQ(get(path, {{"Authorization", "Bearer "}})->status, 401) << path;
    EXPECT_EQ(get(path, {{"Cookie", std::string("kinesight_session=") + kToken}})->status, 401) << path;
  }
  EXPECT_EQ(get("/api/cameras")->get_header_value("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(get("/api/cameras", {{"Authorization", std::string("Bearer ") + kToken}})->status, 200);
}

TEST_F(ExposedTest, LoginTurnsTheTokenIntoACookieThatNoScriptReads) {
  start();
  const auto login =
      client().Post("/api/login", {{"Authorization", std::string("Bearer ") + kToken}}, "", "");
  ASSERT_EQ(login->status, 204);
  const std::string cookie = login->get_header_value("Set-Cookie");
  EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
  EXPECT_THAT(cookie, HasSubstr("SameSite=Strict"));
  EXPECT_THAT(cookie, testing::Not(HasSubstr(kToken)));
  const std::string pair = cookie.substr(0, cookie.find(';'));
  EXPECT_EQ(get("/api/cameras", {{"Cookie", "other=1; " + pair}})->status, 200);
  EXPECT_EQ(get("/snapshots/front/1970/01/01/1.jpg", {{"Cookie", pair}})->status, 200);
}

TEST_F(ExposedTest, LoginRefusesAWrongToken) {
  start();
  const auto login = client().Post("/api/login", {{"Authorization", "Bearer wrong"}}, "", "");
  EXPECT_EQ(login->status, 401);
  EXPECT_FALSE(login->has_header("Set-Cookie"));
}

TEST_F(ExposedTest, WithoutATokenEverythingGuardedStaysShut) {
  options_.token = "";
  start();
  EXPECT_EQ(get("/api/cameras")->status, 401);
  EXPECT_EQ(get("/api/cameras", {{"Authorization", "Bearer "}})->status, 401);
  EXPECT_EQ(client().Post("/api/login", {{"Authorization", "Bearer "}}, "", "")->status, 401);
}

TEST_F(RoutesTest, OnLoopbackAForeignNameNeedsTheToken) {
  options_.token = kToken;
  start();
  EXPECT_FALSE(server_->exposed());
  EXPECT_EQ(get("/api/cameras")->status, 200);
  EXPECT_EQ(get("/api/cameras", {{"Host", "localhost:8080"}})->status, 200);
  EXPECT_EQ(get("/api/cameras", {{"Host", "evil.example"}})->status, 401) << "DNS rebinding";
  EXPECT_EQ(get("/healthz", {{"Host", "evil.example"}})->status, 200);
}

TEST_F(RoutesTest, AllInterfacesAreExposedAndTheUrlStillOpens) {
  options_.host = "0.0.0.0";
  options_.token = kToken;
  start();
  EXPECT_TRUE(server_->exposed());
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(server_->port()) + "/");
  EXPECT_EQ(get("/api/cameras")->status, 401);
}

}  // namespace
}  // namespace kinesight::http

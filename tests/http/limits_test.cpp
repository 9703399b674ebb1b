// What a client may not take from the others: bytes, time, connections.
#include "http/raw_client.h"
#include "http/server_fixture.h"

namespace kinesight::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class LimitsTest : public ServerTest {};

TEST_F(LimitsTest, EndlessHeadersAreCutOff) {
  start();
  RawClient client(server_->port());
  client.send("GET /healthz HTTP/1.1\r\n");
  bool open = true;
  for (int line = 0; open && line < 1'000'000; ++line)
    open = client.send("X-Filler: " + std::string(100, 'x') + "\r\n");
  EXPECT_FALSE(open);
  EXPECT_EQ(get("/healthz")->status, 200);
}

TEST_F(LimitsTest, ALongPathIsRefused) {
  start();
  RawClient client(server_->port());
  client.send("GET /" + std::string(10'000, 'x') +
              " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n"), HasSubstr("414"));
}

TEST_F(LimitsTest, ABodyIsRefusedUnreadAndTheConnectionEnds) {
  start();
  RawClient client(server_->port());
  client.send(
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000000\r\n\r\nGET /metrics "
      "HTTP/1.1\r\n\r\n");
  const std::string answers = client.read_all();
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(answers.find("HTTP/1.1", 1), std::string::npos)
      << "what follows must not pass for another request";
}

TEST_F(LimitsTest, NoiseIsRefused) {
  start();
  RawClient client(server_->port());
  client.send("\x16\x03\x01 what is this\r\n\r\n");
  EXPECT_THAT(client.read_all(), testing::AnyOf(testing::IsEmpty(), HasSubstr(" 400 ")));
  EXPECT_EQ(get("/healthz")->status, 200);
}

TEST_F(LimitsTest, ARequestThatNeverEndsIsGivenUp) {
  options_.request_time = seconds_duration(0.3);
  start();
  RawClient client(server_->port());
  client.send("GET /healthz HTTP/1.1\r\n");
  // Throws after ten seconds if the server waits on.
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 408"));
  RawClient silent(server_->port());
  EXPECT_EQ(silent.read_all(), "") << "who has asked nothing is told nothing";
}

TEST_F(LimitsTest, AnAddressHasItsShareOfConnectionsAndNoMore) {
  options_.per_peer = 3;
  std::vector<std::string> refused;  // By one thread, and the answer comes after.
  sources_.refused = [&](std::string_view reason) { refused.emplace_back(reason); };
  options_.heartbeat = seconds_duration(0.01);
  start();
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::vector<std::unique_ptr<RawClient>> mine;
  for (int i = 0; i < 3; ++i) {
    mine.push_back(std::make_unique<RawClient>(server_->port()));
    // One that is in use: an idle one gives way while others wait.
    mine.back()->send("GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    mine.back()->read_until("\r\n\r\n");
  }
  RawClient beyond(server_->port());
  EXPECT_THAT(beyond.read_all(), StartsWith("HTTP/1.1 429"));
  EXPECT_EQ(refused, std::vector<std::string>{"address"});
  RawClient other(server_->port(), 2);
  other.send(request);
  other.read_until("\"service\"");
  mine.pop_back();
  for (int tries = 0;; ++tries) {  // Its end is noticed by another thread.
    ASSERT_LT(tries, 100'000) << "the place is not given back";
    RawClient again(server_->port());
    again.send(request);
    if (again.read_all_or("\"service\"")) break;
  }
}

TEST_F(LimitsTest, SilentConnectionsGiveWayToHealth) {
  options_.threads = 2;
  start();
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 6; ++i) silent.push_back(std::make_unique<RawClient>(server_->port()));
  const auto answer = get("/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST_F(LimitsTest, OneConnectionServesManyRequests) {
  start();
  RawClient client(server_->port());
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.send(request + request);
  client.read_until("\"service\":\"kvs-infer\"}");
  client.read_until("\"service\":\"kvs-infer\"}");
}

TEST_F(LimitsTest, ATakenPortIsAnErrorThatSaysSo) {
  start();
  options_.port = server_->port();
  const auto second = Server::start(options_, sources_, log_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1:" + std::to_string(server_->port())));
}

TEST_F(LimitsTest, AnUnknownHostIsAnError) {
  options_.host = "not a host";
  const auto server = Server::start(options_, sources_, log_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind, ErrorKind::invalid);
}

TEST(Endpoint, IsHostAndPort) {
  EXPECT_EQ(parse_endpoint("0.0.0.0:8080").value().host, "0.0.0.0");
  EXPECT_EQ(parse_endpoint("0.0.0.0:8080").value().port, 8080);
  EXPECT_EQ(parse_endpoint("[::1]:0").value().host, "::1");
  EXPECT_EQ(parse_endpoint("localhost:65535").value().port, 65535);
  for (const char* text :
       {"", "8080", ":8080", "host:", "host:x", "host:65536", "host:-1", "::1:80", "[::1]", "[host]:80"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

}  // namespace
}  // namespace kinesight::http

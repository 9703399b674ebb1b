// The service on a socket: what goes wrong on the way of an answer.
#include "sim/kvs/server.h"

#include <chrono>

#include "http/raw_client.h"
#include "sim/kvs/service_fixture.h"

namespace kinesight::sim::kvs {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ServerTest : public ServiceTest {
 protected:
  void SetUp() override {
    options_.limits = false;
    add_camera("front");
    target_ = "/hls/v1/getHLSMediaPlaylist.m3u8?" + open_session("front");
    auto server = Server::start({}, service(), clock_, log_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  void fault(const std::string& text) { service().faults().add(parse_fault(text, kNow).value()); }
  std::string request() const {
    return "GET " + target_ + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  }
  /// An answer whose connection ends after it.
  std::string exchange(const std::string& text) {
    http::RawClient client(server_->port());
    client.send(text);
    return client.read_all();
  }

  telemetry::Log log_{"test", telemetry::LogFormat::text, telemetry::Level::critical, stderr};
  std::string target_;
  std::unique_ptr<Server> server_;
};

std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

TEST_F(ServerTest, AnswersUnderTheNameItWasCalledBy) {
  const std::string body = R"({"StreamName":"front","APIName":"GET_CLIP"})";
  const std::string text = fmt::format(
      "POST /getDataEndpoint HTTP/1.1\r\nHost: cameras.test:81\r\nConnection: close\r\nContent-Length: "
      "{}\r\n\r\n{}",
      body.size(), body);
  EXPECT_THAT(exchange(text), HasSubstr(R"({"DataEndpoint":"http://cameras.test:81"})"));
  EXPECT_THAT(
      exchange("POST /getDataEndpoint HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body),
      HasSubstr(R"("DataEndpoint":"http://127.0.0.1)"));
}

TEST_F(ServerTest, CutsAnAnswerInHalf) {
  const std::string whole = body_of(exchange(request()));
  fault("cut");
  const std::string cut = exchange(request());
  EXPECT_THAT(cut, HasSubstr(fmt::format("Content-Length: {}\r\n", whole.size())));
  EXPECT_EQ(body_of(cut), whole.substr(0, whole.size() / 2));
}

TEST_F(ServerTest, LetsAnAnswerNeverEnd) {
  fault("endless");
  http::RawClient client(server_->port());
  client.send(request());
  const std::string start = client.read_until("#EXTM3U");
  EXPECT_THAT(start, StartsWith("HTTP/1.1 200 "));
  client.read_until(std::string(20'000, '\n'));
}

TEST_F(ServerTest, StopsWhileAnAnswerStalls) {
  support::FakeClock blocking(kNow, support::FakeClock::Waiting::blocks);
  server_ = Server::start({}, service(), blocking, log_).value();
  fault("stall=3600");
  http::RawClient client(server_->port());
  client.send(request());
  blocking.await_waiters();
  const auto begin = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(ServerTest, AStallEndsWithItsClient) {
  support::FakeClock blocking(kNow, support::FakeClock::Waiting::blocks);
  server_ = Server::start({.threads = 1}, service(), blocking, log_).value();
  fault("stall=3600");
  {
    http::RawClient client(server_->port());
    client.send(request());
    blocking.await_waiters();
  }
  service().faults().clear(kNow);
  blocking.advance_seconds(1);
  EXPECT_THAT(exchange(request()), StartsWith("HTTP/1.1 200 ")) << "the only thread is still held";
}

TEST_F(ServerTest, AnswersAfterAStall) {
  support::FakeClock blocking(kNow, support::FakeClock::Waiting::blocks);
  server_ = Server::start({}, service(), blocking, log_).value();
  fault("stall=8");
  http::RawClient client(server_->port());
  client.send(request());
  blocking.await_waiters();
  blocking.advance_seconds(8);
  EXPECT_THAT(client.read_until("#EXTM3U"), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace kinesight::sim::kvs

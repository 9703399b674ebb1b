// The server for any handler: what it reads, what it writes, and how it ends.
#include "http/plain_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <latch>

#include "http/raw_client.h"
#include "http/socket.h"

namespace kinesight::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// Answers with what it was asked, unless a test gives it another handler.
class PlainServerTest : public testing::Test {
 protected:
  void start(Handler handler = echo) {
    auto server = PlainServer::start(options_, std::move(handler), log_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  static Outgoing echo(const Incoming& request, std::stop_token) {
    const std::string* custom = net::find(request.headers, "x-custom");
    return {.headers = {{"Content-Type", "text/plain"}},
            .body = fmt::format("{} {} ?{} custom={} body={}.", request.method, request.path, request.query,
                                custom ? *custom : "", request.body)};
  }

  /// The answer to a request written by hand, whose connection ends after it.
  std::string exchange(const std::string& request) {
    RawClient client(server_->port());
    client.send(request);
    return client.read_all();
  }

  httplib::Client client() { return httplib::Client("127.0.0.1", server_->port()); }

  PlainOptions options_;
  telemetry::Log log_{"test", telemetry::LogFormat::text, telemetry::Level::critical, stderr};
  std::unique_ptr<PlainServer> server_;
};

TEST_F(PlainServerTest, PassesOnAddressHeadersAndBodyAsTheyWereSent) {
  start();
  const std::string answer = exchange(
      "POST /a%2Fb//c?x=%20y&z HTTP/1.1\r\nHost: h\r\nX-Custom:  50%25 off \r\nContent-Length: 4\r\n"
      "Connection: close\r\n\r\nbody");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, EndsWith("POST /a%2Fb//c ?x=%20y&z custom=50%25 off body=body."));
}

TEST_F(PlainServerTest, ReadsBodiesInChunks) {
  start();
  const std::string answer = exchange(
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\nA;note=x\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_THAT(answer, EndsWith("body=abc0123456789."));
}

TEST_F(PlainServerTest, TakesBodiesUpToTheLimitAndRefusesLongerOnes) {
  options_.max_body_bytes = 1000;
  start();
  EXPECT_EQ(client().Post("/", std::string(1000, 'x'), "text/plain")->status, 200);
  const auto refused = client().Post("/", std::string(1001, 'x'), "text/plain");
  ASSERT_TRUE(refused) << "a refusal must arrive although the body is not read";
  EXPECT_EQ(refused->status, 413);
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(PlainServerTest, TellsAClientThatAsksToGoOn) {
  start();
  RawClient client(server_->port());
  client.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_THAT(client.read_until("body=ok."), StartsWith("HTTP/1.1 200 "));
}

TEST_F(PlainServerTest, RefusesTwoWaysToTellABodysEnd) {
  start();
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      exchange("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"),
      StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(PlainServerTest, RefusesWhatIsNoRequest) {
  start();
  for (const char* text : {"nonsense\r\n\r\n", "GET noslash HTTP/1.1\r\n\r\n", "GET / HTTP/2\r\n\r\n",
                           "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nName : x\r\n\r\n",
                           "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"}) {
    EXPECT_THAT(exchange(text), StartsWith("HTTP/1.1 400 ")) << text;
  }
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchange("GET /" + std::string(10'000, 'x') + " HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 414 "));
}

TEST_F(PlainServerTest, OneConnectionServesManyRequests) {
  start();
  RawClient client(server_->port());
  client.send("GET /one HTTP/1.1\r\n\r\nGET /two HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.read_until("body=."), HasSubstr("GET /one"));
  EXPECT_THAT(client.read_until("body=."), HasSubstr("GET /two"));
}

TEST_F(PlainServerTest, TellsWhoCameOverLoopback) {
  const auto is = [](int family, const char* text) {
    sockaddr_storage address{};
    address.ss_family = static_cast<sa_family_t>(family);
    void* where = family == AF_INET ? static_cast<void*>(&reinterpret_cast<sockaddr_in&>(address).sin_addr)
                                    : &reinterpret_cast<sockaddr_in6&>(address).sin6_addr;
    EXPECT_EQ(inet_pton(family, text, where), 1);
    return is_loopback(address);
  };
  EXPECT_TRUE(is(AF_INET, "127.0.0.2") && is(AF_INET6, "::1") && is(AF_INET6, "::ffff:127.0.0.1"));
  EXPECT_FALSE(is(AF_INET, "192.0.2.1") || is(AF_INET6, "fd00::1") || is(AF_INET6, "::ffff:192.0.2.1"));
  options_.host = "::";  // Both families.
  start([](const Incoming& request, auto) -> Outgoing {
    return {.body = request.from_elsewhere ? "elsewhere" : "here"};
  });
  EXPECT_EQ(client().Get("/")->body, "here");
}

TEST_F(PlainServerTest, EndsAConnectionWhoseClientWantsNoMore) {
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close"));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), HasSubstr("Connection: close"));
}

TEST_F(PlainServerTest, HeadHasTheLengthAndNoBody) {
  start();
  RawClient client(server_->port());
  client.send("HEAD /x HTTP/1.1\r\n\r\nGET /y HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 24\r\n"));
  EXPECT_THAT(client.read_until("body=."), HasSubstr("GET /y"));
}

TEST_F(PlainServerTest, AHandlerThatThrowsIsA500) {
  start([](auto&, auto) -> Outgoing { throw std::runtime_error("a secret of the house"); });
  const auto answer = client().Get("/");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->body.find("secret"), std::string::npos);
}

TEST_F(PlainServerTest, StreamsAnAnswerInParts) {
  start([](auto&, auto) -> Outgoing {
    return {.stream = [](const WriteBody& write, auto) { write("abc") && write("def"); }, .length = 6};
  });
  RawClient client(server_->port());
  const std::string request = "GET / HTTP/1.1\r\n\r\n";
  client.send(request + request);
  EXPECT_THAT(client.read_until("abcdef"), HasSubstr("Content-Length: 6"));
  client.read_until("abcdef");
}

TEST_F(PlainServerTest, AStreamThatEndsEarlyCutsTheAnswerOff) {
  start([](auto&, auto) -> Outgoing {
    return {.stream = [](const WriteBody& write, auto) { write("abc"); }, .length = 6};
  });
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\n\r\n"), EndsWith("\r\n\r\nabc"));
}

TEST_F(PlainServerTest, AnEndlessStreamEndsWithItsClient) {
  std::latch ended(1);
  start([&](auto&, auto) -> Outgoing {
    return {.stream =
                [&](const WriteBody& write, auto) {
                  const std::string part(1000, 'x');
                  while (write(part)) {
                  }
                  ended.count_down();
                },
            .length = std::size_t{1} << 40};
  });
  {
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\n\r\n");
    client.read_until("xxxx");
  }
  ended.wait();
}

TEST_F(PlainServerTest, StopEndsWaitingHandlersAndStreamsWithinASecond) {
  std::latch at_work(2);
  start([&](const Incoming& request, std::stop_token stop) -> Outgoing {
    if (request.path == "/wait") {
      at_work.count_down();
      Clock::system().wait_for(std::chrono::hours(1), stop);
      return {};
    }
    return {.stream =
                [&](const WriteBody& write, auto) {
                  bool first = true;
                  while (write("x")) {
                    if (std::exchange(first, false)) at_work.count_down();
                  }
                },
            .length = std::size_t{1} << 40};
  });
  RawClient waiting(server_->port());
  RawClient streaming(server_->port());
  RawClient silent(server_->port());
  waiting.send("GET /wait HTTP/1.1\r\n\r\n");
  streaming.send("GET /stream HTTP/1.1\r\n\r\n");
  at_work.wait();
  const auto begin = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(PlainServerTest, TellsWhereItListens) {
  start();
  EXPECT_EQ(server_->url(), fmt::format("http://127.0.0.1:{}", server_->port()));
  options_.port = server_->port();
  EXPECT_EQ(PlainServer::start(options_, echo, log_).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace kinesight::http

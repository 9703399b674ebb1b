// Routes of a service's own: what reaches them, what does not, and that one request never passes for two.
#include "base/rng.h"
#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/replay.h"

namespace kinesight::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t kLongest = 1000;
const httplib::Headers kWithToken = {{"Authorization", "Bearer a-token-for-tests"}};

std::string post(const std::string& headers, const std::string& body, const std::string& path = "/echo") {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
}
std::string with_length(const std::string& body) {
  return post("Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
              body);
}
std::string chunk(const std::string& part) { return fmt::format("{:x}\r\n{}\r\n", part.size(), part); }

/// POST /echo says what it was told, POST /poke takes no body, GET /items/{id}/price shows its call.
class ServiceRoutesTest : public ServerTest {
 protected:
  ServiceRoutesTest() {
    sources_.routes.push_back({.method = "POST",
                               .pattern = "/echo",
                               .max_body_bytes = kLongest,
                               .handler = [this](const ApiCall& call) { return echo(call); }});
    sources_.routes.push_back({.method = "POST", .pattern = "/poke", .handler = [this](const ApiCall&) {
                                 ++poked_;
                                 return ApiAnswer{.status = 204};
                               }});
    sources_.routes.push_back({.method = "GET", .pattern = "/items/{id}/price", .handler = shown});
    sources_.routes.push_back(
        {.method = "GET", .pattern = "/open", .needs_token = false, .handler = [](const ApiCall&) {
           return ApiAnswer{.content_type = "text/plain", .body = "open", .headers = {{"X-Own", "1"}}};
         }});
  }

  ApiAnswer echo(const ApiCall& call) {
    std::lock_guard lock(mutex_);
    bodies_.push_back(call.body);
    if (call.body == "throw") throw std::runtime_error("a secret detail");
    return {.body = "<" + call.body + ">"};
  }
  static ApiAnswer shown(const ApiCall& call) {
    return {.body = json({{"method", call.method},
                          {"path", call.path},
                          {"rest", call.rest},
                          {"parameters", std::vector<std::pair<std::string, std::string>>(
                                             call.parameters.begin(), call.parameters.end())}})
                        .dump()};
  }

  std::vector<std::string> bodies() {
    std::lock_guard lock(mutex_);
    return bodies_;
  }
  /// All that the server says to `request` until it ends the connection.
  std::string answers(const std::string& request) {
    RawClient client(server_->port());
    client.send(request);
    return client.read_all();
  }
  httplib::Result echo(const std::string& body, const std::string& type,
                       const httplib::Headers& headers = {}) {
    return client().Post("/echo", headers, body, type.c_str());
  }

  std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::atomic<int> poked_ = 0;
};

TEST_F(ServiceRoutesTest, AreToldWhatWasAsked) {
  start();
  const auto answer = get("/items/big%20hat%2F2/price?unit=eur&unit=a%26b");
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(json::parse(answer->body),
            json::parse(R"({"method":"GET","path":"/items/big hat/2/price","rest":"big hat/2",
              "parameters":[["unit","eur"],["unit","a&b"]]})"));
  EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
  EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff");
  const auto head = client().Head("/items/hat/price");
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(get("/open")->get_header_value("X-Own"), "1");
  EXPECT_EQ(get("/open")->get_header_value("Content-Type"), "text/plain");
}

TEST_F(ServiceRoutesTest, TakeABodyOfAnyShape) {
  start();
  const std::string longest(kLongest, 'x');
  EXPECT_EQ(echo(longest, "application/json")->body, "<" + longest + ">");
  EXPECT_EQ(echo("{}", "Application/JSON ; charset=utf-8")->body, "<{}>");
  EXPECT_EQ(echo("", "application/json")->body, "<>");
  RawClient client(server_->port());
  client.send(post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
                   "6;name=value\r\n{\"a\":1\r\n" + chunk("}") + "0\r\nX-Trailer: 1\r\n\r\n"));
  client.read_until("<{\"a\":1}>");
  client.send(post("Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n", ""));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("[]");
  EXPECT_THAT(client.read_until("<[]>"), Not(HasSubstr("Continue")));
}

TEST_F(ServiceRoutesTest, TooLongABodyIsRefusedUnread) {
  start();
  const std::string type = "Content-Type: application/json\r\n";
  for (const auto& request :
       {with_length(std::string(kLongest + 1, 'x')), post(type + "Content-Length: 99999999999\r\n", ""),
        post(type + "Content-Length: 5000\r\nExpect: 100-continue\r\n", ""),
        post(type + "Transfer-Encoding: chunked\r\n", "ffffffff\r\n"),
        post(type + "Transfer-Encoding: chunked\r\n",
             chunk(std::string(kLongest, 'x')) + chunk("y") + "0\r\n\r\n")}) {
    const std::string answer = answers(request + with_length("{}"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(answer, HasSubstr("longer than 1000 bytes"));
    EXPECT_THAT(answer, HasSubstr("X-Frame-Options: DENY"));
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "what follows is no request: " << answer;
  }
  EXPECT_THAT(bodies(), IsEmpty());
}

TEST_F(ServiceRoutesTest, WhatCouldPassForTwoRequestsIsRefused) {
  start();
  const std::string planted = with_length("planted");
  const std::string type = "Content-Type: application/json\r\n";
  const std::string length = "Content-Length: " + std::to_string(planted.size()) + "\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  for (const auto& headers : {"Content-Length: 0\r\n" + length,
                              length + "Content-Length: 0\r\n",
                              length + length,
                              length + chunked,
                              chunked + chunked,
                              "Content-Length: 0\r\n" + chunked,
                              std::string("Content-Length: 0x10\r\n"),
                              std::string("Content-Length: -1\r\n"),
                              std::string("Content-Length: +5\r\n"),
                              std::string("Content-Length: 5 5\r\n"),
                              std::string("Content-Length:\r\n"),
                              std::string("Content-Length : 5\r\n"),
                              std::string("Content-Length\t: 5\r\n"),
                              std::string(" Content-Length: 5\r\n"),
                              std::string("Content-Length: 99999999999999999999\r\n"),
                              std::string("Transfer-Encoding: gzip, chunked\r\n"),
                              std::string("Transfer-Encoding: xchunked\r\n"),
                              std::string("Transfer-Encoding:\r\n"),
                              std::string("Transfer-Encoding : chunked\r\n"),
                              std::string("X-Nothing\r\n" + length),
                              std::string("Host: localhost\r\n" + length)}) {
    for (const auto& path : {"/echo", "/poke", "/healthz"}) {
      const std::string answer = answers(post(type + headers, planted, path) + planted);
      EXPECT_THAT(answer, testing::ContainsRegex("^HTTP/1.1 (400|405|413|501) ")) << headers;
      EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << headers << answer;
    }
  }
  for (const auto& body :
       {"x\r\n\r\n", "-1\r\n\r\n", "\r\n\r\n", "2\r\n{}x\r\n0\r\n\r\n", "0\r\nno trailer\r\n\r\n"}) {
    EXPECT_THAT(answers(post(type + chunked, body + planted)), StartsWith("HTTP/1.1 400 ")) << body;
  }
  EXPECT_THAT(answers("POST /echo HTTP/1.0\r\n" + type + chunked + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(bodies(), IsEmpty());
}

TEST_F(ServiceRoutesTest, ABodyThatIsNotSaidToBeJsonIsRefused) {
  start();
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                           "application/jsonp", "application", "text/plain; application/json"}) {
    EXPECT_EQ(echo("{}", type)->status, 415) << type;
    EXPECT_EQ(echo("", type)->status, 415) << type << ": a form without fields";
  }
  EXPECT_THAT(answers(post("Content-Length: 2\r\n", "{}")), StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(bodies(), IsEmpty());
}

TEST_F(ServiceRoutesTest, APageOfAnotherSiteMayNotPost) {
  start();
  const std::string own = "http://127.0.0.1:" + std::to_string(server_->port());
  for (const std::string& origin :
       {std::string("https://evil.example"), std::string("null"), std::string(""), own + "0",
        std::string("http://127.0.0.1"), "http://evil.example/" + own.substr(7), own + ".evil.example"}) {
    EXPECT_EQ(client().Post("/poke", {{"Origin", origin}}, "", "")->status, 403) << origin;
    EXPECT_EQ(echo("{}", "application/json", {{"Origin", origin}})->status, 403) << origin;
  }
  EXPECT_EQ(poked_, 0);
  EXPECT_THAT(bodies(), IsEmpty());
  EXPECT_EQ(client().Post("/poke", {{"Origin", own}}, "", "")->status, 204);
  EXPECT_EQ(client().Post("/poke")->status, 204) << "no browser";
  EXPECT_EQ(get("/open", {{"Origin", "https://evil.example"}})->status, 200) << "a GET changes nothing";
}

TEST_F(ServiceRoutesTest, NeedTheTokenBeforeABodyIsRead) {
  options_.assume_exposed = true;
  options_.token = kToken;
  start();
  // The body never comes: the answer is there all the same.
  RawClient client(server_->port());
  client.send(post("Content-Type: application/json\r\nContent-Length: 900\r\n", ""));
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_EQ(echo("{}", "application/json")->status, 401);
  EXPECT_EQ(echo("{}", "application/json")->get_header_value("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(this->client().Post("/poke")->status, 401);
  EXPECT_EQ(get("/items/hat/price")->status, 401);
  EXPECT_EQ(get("/open")->status, 200);
  EXPECT_THAT(bodies(), IsEmpty());
  EXPECT_EQ(echo("{}", "application/json", kWithToken)->body, "<{}>");
  EXPECT_EQ(get("/items/hat/price", kWithToken)->status, 200);
}

TEST_F(ServiceRoutesTest, AnyTokenIsComparedAsItWasSent) {
  options_.assume_exposed = true;
  options_.token = "100%41";
  start();
  EXPECT_EQ(get("/items/hat/price", {{"Authorization", "Bearer 100%41"}})->status, 200);
  EXPECT_EQ(get("/items/hat/price", {{"Authorization", "Bearer 100A"}})->status, 401);
}

TEST_F(ServiceRoutesTest, ASlowSenderIsGivenUp) {
  options_.request_time = seconds_duration(0.3);
  start();
  RawClient client(server_->port());
  client.send(post("Content-Type: application/json\r\nContent-Length: 9\r\n", "{\"a\":"));
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(bodies(), IsEmpty());
}

TEST_F(ServiceRoutesTest, RequestsFollowEachOtherOnOneConnection) {
  start();
  RawClient client(server_->port());
  client.send(with_length("one") + with_length("throw") +
              post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
                   chunk("t") + chunk("hree") + "0\r\n\r\n") +
              "GET /open HTTP/1.1\r\n\r\n" + post("", "", "/poke"));
  client.read_until("<one>");
  EXPECT_THAT(client.read_until("the log says more"), HasSubstr(" 500 "));
  client.read_until("<three>");
  client.read_until("\r\n\r\nopen");
  client.read_until(" 204 ");
}

TEST_F(ServiceRoutesTest, ATakenMethodOrAnUnknownPathIsToldSo) {
  start();
  EXPECT_THAT(answers(post("Content-Length: 5000\r\n", "", "/nowhere")), StartsWith("HTTP/1.1 404 "));
  const auto wrong = answers(post("Content-Length: 2\r\n", "{}", "/open"));
  EXPECT_THAT(wrong, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(wrong, HasSubstr("Allow: GET, HEAD"));
  EXPECT_THAT(answers(post("Content-Length: 2\r\n", "{}", "/poke")), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServiceRoutesTest, WithoutADashboardThereIsNoPageOfIt) {
  sources_.dashboard = false;
  options_.assume_exposed = true;
  options_.token = kToken;
  start();
  for (const char* path : {"/", "/index.html", "/app.js"}) EXPECT_EQ(get(path)->status, 404) << path;
  EXPECT_EQ(client().Post("/api/login", kWithToken, "", "")->status, 404);
  EXPECT_THAT(get("/items/hat/price")->body, Not(HasSubstr("/api/login")));
  EXPECT_EQ(get("/open")->status, 200);
}

/// Bodies that look like requests, cut into chunks and into packets at random: each arrives as it was sent.
TEST_F(ServiceRoutesTest, AnyBodyArrivesWholeHoweverItIsCut) {
  start();
  Rng rng(support::replay_seed());
  const auto up_to = [&](std::size_t most) {
    return static_cast<std::size_t>(rng.integer(0, static_cast<int>(most)));
  };
  const std::string planted = with_length("planted") + "\r\n0\r\n\r\n";
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> sent;
    std::string stream;
    for (int request = rng.integer(1, 8); request > 0; --request) {
      std::string body = planted.substr(up_to(planted.size())) + planted.substr(0, up_to(planted.size()));
      body.resize(std::min(body.size(), kLongest));
      sent.push_back(body);
      if (rng.integer(0, 1) == 0) {
        stream += with_length(body);
        continue;
      }
      stream += post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "");
      for (std::string rest = body; !rest.empty();) {
        const std::size_t length = 1 + up_to(rest.size() - 1);
        stream += chunk(rest.substr(0, length));
        rest.erase(0, length);
      }
      stream += "0\r\n\r\n";
    }
    {
      std::lock_guard lock(mutex_);
      bodies_.clear();
    }
    RawClient client(server_->port());
    for (std::string rest = stream; !rest.empty();) {
      const std::size_t length = 1 + up_to(rest.size() - 1);
      ASSERT_TRUE(client.send(rest.substr(0, length)));
      rest.erase(0, length);
    }
    for (const auto& body : sent) client.read_until("<" + body + ">");
    ASSERT_EQ(bodies(), sent);
  }
}

}  // namespace
}  // namespace kinesight::http

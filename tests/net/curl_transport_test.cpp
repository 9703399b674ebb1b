// Whole exchanges: what goes out, what comes in, and on which connections.
#include <atomic>
#include <vector>

#include "net/transport_fixture.h"

namespace kinesight::net {
namespace {

TEST_F(TransportTest, OneConnectionServesOneRequestAfterTheOther) {
  ScriptedServer server(answer_all);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(get(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TransportTest, MethodsAlternateOnOneConnection) {
  std::string first_lines;
  ScriptedServer server([&](Peer& peer) {
    while (const auto request = peer.request()) {
      first_lines += request->substr(0, request->find(' ')) + " ";
      if (request->starts_with("HEAD")) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n");
      } else {
        peer.answer();
      }
    }
  });
  for (const char* method : {"POST", "GET", "HEAD", "PUT", "DELETE", "GET", "POST"}) {
    Request request = get(server.url());
    request.method = method;
    if (request.method[0] == 'P') request.body = "body";
    EXPECT_EQ(send(request).body, request.method == "HEAD" ? "" : "ok");
  }
  EXPECT_EQ(first_lines, "POST GET HEAD PUT DELETE GET POST ");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TransportTest, TheRequestGoesOutAsItStands) {
  std::string seen;
  ScriptedServer server([&](Peer& peer) {
    seen = peer.request().value_or("");
    peer.answer();
  });
  Request request = post(server.url("/a/../b//%2e?x=1&y=%20"), "0123456789");
  request.headers = {{"Host", "somewhere.example"}, {"X-Empty", ""}, {"x-Amz-Target", "Kinesis.PutRecords"}};
  send(request);
  EXPECT_THAT(seen, StartsWith("POST /a/../b//%2e?x=1&y=%20 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nHost: somewhere.example\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Empty:\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nx-Amz-Target: Kinesis.PutRecords\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nUser-Agent: kinesight\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 10\r\n"));
  EXPECT_THAT(seen, testing::EndsWith("\r\n\r\n0123456789"));
  for (const char* unasked : {"Expect", "Content-Type", "Accept", "Transfer-Encoding"})
    EXPECT_THAT(seen, Not(HasSubstr(unasked)));
}

TEST_F(TransportTest, ALongBodyOfAnyBytesArrivesWhole) {
  std::string body(3 * 1024 * 1024 + 17, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 + i / 256);
  bool whole = false;
  ScriptedServer server([&](Peer& peer) {
    whole = peer.request().value_or("").ends_with(body);
    peer.answer(body);
  });
  EXPECT_EQ(send(post(server.url(), body)).body, body);
  EXPECT_TRUE(whole);
}

TEST_F(TransportTest, APostWithoutABodySaysSo) {
  std::string seen;
  ScriptedServer server([&](Peer& peer) {
    seen = peer.request().value_or("");
    peer.answer();
  });
  send(post(server.url(), ""));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST_F(TransportTest, HeadersOfTheAnswerAreFoundInAnyCase) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 418 I'm a teapot\r\nx-AMZN-requestid:  17 \r\nContent-Length: 0\r\n\r\n");
  });
  const Response answer = send(get(server.url()));
  EXPECT_EQ(answer.status, 418);
  ASSERT_TRUE(find(answer.headers, "X-Amzn-RequestId"));
  EXPECT_EQ(*find(answer.headers, "X-Amzn-RequestId"), "17");
}

TEST_F(TransportTest, ARedirectIsAnAnswer) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(send(get(server.url())).status, 307);
}

TEST_F(TransportTest, AnInterimAnswerLeavesNothingBehind) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
    peer.answer("done");
  });
  const Response answer = send(get(server.url()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(find(answer.headers, "Link"), nullptr);
}

TEST_F(TransportTest, ChunksAreJoined) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  });
  EXPECT_EQ(send(get(server.url())).body, "abcde");
}

TEST_F(TransportTest, ThreadsShareTheKeptConnections) {
  ScriptedServer server(answer_all);
  std::atomic<int> answered = 0;
  for (int round = 0; round < 2; ++round) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 25; ++j) answered += send(post(server.url(), "body")).status == 200;
      });
  }
  EXPECT_EQ(answered, 200);
  EXPECT_LE(server.connections(), 4);
}

TEST_F(TransportTest, NoMoreConnectionsAreKeptThanAllowed) {
  CurlOptions options;
  options.max_idle_connections = 1;
  use(options);
  ScriptedServer one(answer_all);
  ScriptedServer other(answer_all);
  for (int i = 0; i < 3; ++i) {
    send(get(one.url()));
    send(get(other.url()));
  }
  EXPECT_EQ(one.connections(), 3);
  EXPECT_EQ(other.connections(), 3);
}

TEST_F(TransportTest, AConnectionThatTheServerEndedIsReplaced) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.answer();
  });
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(send(post(server.url(), "body")).status, 200);
    server.await_closed(i);
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(TransportTest, WhatIsNoRequestIsRefused) {
  EXPECT_EQ(failure(get("gopher://example.com/")).error.kind, ErrorKind::invalid);
  for (const Header& header : {Header{"X-Note", "a\r\nX-Other: b"}, Header{"", "a"}, Header{"X: Y", "a"}}) {
    Request request = get("http://127.0.0.1:1/");
    request.headers = {header};
    const Failure refused = failure(request);
    EXPECT_EQ(refused.error.kind, ErrorKind::invalid);
    EXPECT_FALSE(refused.sent);
  }
}

}  // namespace
}  // namespace kinesight::net

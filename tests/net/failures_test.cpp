// Exchanges without an answer: why, and whether the request went out.
#include <latch>

#include "net/transport_fixture.h"

namespace kinesight::net {
namespace {

using std::chrono::milliseconds;

Failure expect(const Failure& failure, ErrorKind kind, bool sent) {
  EXPECT_EQ(failure.error.kind, kind) << failure.error.message;
  EXPECT_EQ(failure.sent, sent) << failure.error.message;
  return failure;
}

TEST_F(TransportTest, ARefusedConnectionSentNothing) {
  int port = 0;
  {
    const ScriptedServer gone(answer_all);
    port = gone.port();
  }
  const auto place = "127.0.0.1:" + std::to_string(port);
  const Failure refused =
      expect(failure(post("http://" + place + "/?X-Amz-Signature=abc", "x")), ErrorKind::unavailable, false);
  EXPECT_THAT(refused.error.message, HasSubstr(place));
  EXPECT_THAT(refused.error.message, Not(HasSubstr("abc")));
  EXPECT_FALSE(refused.timed_out);
}

TEST_F(TransportTest, AnUnknownHostSentNothing) {
  expect(failure(get("http://no-such-host.invalid/")), ErrorKind::unavailable, false);
}

TEST_F(TransportTest, AResetAfterTheRequestMayHaveBeenActedOn) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.reset();
  });
  expect(failure(post(server.url(), "x")), ErrorKind::unavailable, true);
}

TEST_F(TransportTest, AKeptConnectionThatEndsWithoutAnAnswerIsNotRepeatedInSilence) {
  for (const std::size_t length : {1, 1'000'000}) {
    std::atomic<int> requests = 0;
    ScriptedServer server([&](Peer& peer) {
      requests += peer.request().has_value();
      peer.answer();
      requests += peer.request().has_value();  // And no answer to this one.
    });
    const std::string body(length, 'x');
    send(post(server.url(), body));
    expect(failure(post(server.url(), body)), ErrorKind::unavailable, true);
    EXPECT_EQ(requests, 2) << "the server saw the second request twice, and nobody would know";
  }
}

TEST_F(TransportTest, AnAnswerThatIsCutOffIsNone) {
  for (const char* part :
       {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    ScriptedServer server([part](Peer& peer) {
      peer.request();
      peer.send(part);
    });
    SCOPED_TRACE(part);
    expect(failure(post(server.url(), "x")), ErrorKind::unavailable, true);
  }
}

TEST_F(TransportTest, WhatIsNotHttpIsCorrupt) {
  for (const char* noise : {"\x16\x03\x01 what is this\r\n\r\n", "<html>Login required</html>",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n"}) {
    ScriptedServer server([noise](Peer& peer) {
      peer.request();
      peer.send(noise);
    });
    SCOPED_TRACE(noise);
    expect(failure(post(server.url(), "x")), ErrorKind::corrupt, true);
  }
}

TEST_F(TransportTest, AnAnswerThatIsTooLongIsNotReadToItsEnd) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send(std::string(4096, 'x'))) {
    }
  });
  Request request = get(server.url());
  request.max_response_bytes = 100'000;
  EXPECT_THAT(expect(failure(request), ErrorKind::corrupt, true).error.message, HasSubstr("100000 bytes"));
}

TEST_F(TransportTest, AnAnswerOfJustTheLengthAllowedIsTaken) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.answer("12345");
  });
  Request request = get(server.url());
  request.max_response_bytes = 5;
  EXPECT_EQ(send(request).body, "12345");
}

TEST_F(TransportTest, EndlessHeadersAreNotReadToTheirEnd) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-Filler: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  expect(failure(get(server.url())), ErrorKind::corrupt, true);
}

TEST_F(TransportTest, TheLimitOnConnectingCountsTheHandshake) {
  ScriptedServer silent([](Peer& peer) { peer.await_end(); });
  Request request = get("https://127.0.0.1:" + std::to_string(silent.port()));
  request.timeouts.connect = milliseconds(50);
  const Failure late = expect(failure(request), ErrorKind::unavailable, false);
  EXPECT_TRUE(late.timed_out);
  EXPECT_THAT(late.error.message, HasSubstr("no connection from 127.0.0.1"));
}

TEST_F(TransportTest, ASilentServerIsGivenUp) {
  ScriptedServer silent([](Peer& peer) { peer.await_end(); });
  Request request = post(silent.url(), "x");
  request.timeouts.idle = milliseconds(50);
  const Failure late = expect(failure(request), ErrorKind::unavailable, true);
  EXPECT_TRUE(late.timed_out);
  EXPECT_THAT(late.error.message, HasSubstr("no byte"));
}

TEST_F(TransportTest, AServerThatStopsInsideItsAnswerIsGivenUp) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5");
    peer.await_end();
  });
  Request request = get(server.url());
  request.timeouts.idle = milliseconds(50);
  EXPECT_TRUE(expect(failure(request), ErrorKind::unavailable, true).timed_out);
}

TEST_F(TransportTest, ASlowAnswerIsNotAnIdleOne) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
    for (int i = 0; i < 8 && peer.pause(milliseconds(100)); ++i) peer.send("x");
  });
  Request request = get(server.url());
  request.timeouts.idle = milliseconds(600);  // Less than the answer takes, more than one of its bytes.
  EXPECT_EQ(send(request).body, "xxxxxxxx");
}

TEST_F(TransportTest, AServerThatReadsNoMoreIsGivenUp) {
  std::latch over(1);
  ScriptedServer server([&](Peer&) { over.wait(); });
  const std::string body(32 * 1024 * 1024, 'x');  // More than the buffers in between take.
  Request request = post(server.url(), body);
  request.timeouts.idle = milliseconds(200);
  EXPECT_TRUE(expect(failure(request), ErrorKind::unavailable, true).timed_out);
  over.count_down();
}

TEST_F(TransportTest, AnAnswerThatGoesOnAndOnIsGivenUp) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.pause(milliseconds(5)) && peer.send("x")) {
    }
  });
  Request request = get(server.url());
  request.timeouts.total = milliseconds(200);
  const Failure late = expect(failure(request), ErrorKind::unavailable, true);
  EXPECT_TRUE(late.timed_out);
  EXPECT_THAT(late.error.message, HasSubstr("no whole answer"));
}

/// Stops the exchange once the server has come to where it counts `there` down.
class CancelTest : public TransportTest {
 protected:
  Failure cancelled(const Request& request) {
    std::stop_source stop;
    const std::jthread canceller([&] {
      there_.wait();
      stop.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    Failure result = failure(request, stop.get_token());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2))
        << "it waited for a time-out";
    return result;
  }
  std::latch there_{1};
};

TEST_F(CancelTest, WhileConnecting) {
  ScriptedServer silent([&](Peer& peer) {
    there_.count_down();
    peer.await_end();
  });
  expect(cancelled(get("https://127.0.0.1:" + std::to_string(silent.port()))), ErrorKind::cancelled, false);
}

TEST_F(CancelTest, WhileWaitingForTheAnswer) {
  ScriptedServer server([&](Peer& peer) {
    peer.request();
    there_.count_down();
    peer.await_end();
  });
  expect(cancelled(post(server.url(), "x")), ErrorKind::cancelled, true);
}

TEST_F(CancelTest, WhileReadingTheAnswer) {
  ScriptedServer server([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5");
    there_.count_down();
    peer.await_end();
  });
  expect(cancelled(get(server.url())), ErrorKind::cancelled, true);
}

TEST_F(CancelTest, BeforeItBegins) {
  ScriptedServer server(answer_all);
  std::stop_source stop;
  stop.request_stop();
  expect(failure(get(server.url()), stop.get_token()), ErrorKind::cancelled, false);
}

TEST_F(CancelTest, AndTheNextRequestIsServed) {
  std::atomic<bool> first = true;
  ScriptedServer server([&](Peer& peer) {
    if (!first.exchange(false)) return answer_all(peer);
    peer.request();
    there_.count_down();
    peer.await_end();
  });
  cancelled(get(server.url()));
  EXPECT_EQ(send(get(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 2) << "a connection with half an exchange on it cannot be used again";
}

}  // namespace
}  // namespace kinesight::net

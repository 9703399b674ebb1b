// Answers that go to a sink as they come, and bodies that are read from a file as they go.
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "net/transport_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::net {
namespace {

constexpr std::size_t kMebibyte = 1024 * 1024;

/// Keeps what it gets, and stops when told to.
class KeepingSink final : public BodySink {
 public:
  Result<> begin(const Response& head) override {
    ++begun;
    status = head.status;
    type = find(head.headers, "Content-Type") ? *find(head.headers, "Content-Type") : "";
    body.clear();
    if (refuses) return fail(ErrorKind::invalid, "this is no video");
    return {};
  }
  Result<> take(std::string_view piece) override {
    longest = std::max(longest, piece.size());
    body += piece;
    if (body.size() > room) return fail(ErrorKind::unavailable, "the disk is full");
    return {};
  }

  int begun = 0;
  int status = 0;
  std::string type;
  std::string body;
  std::size_t longest = 0;
  std::size_t room = 1024 * kMebibyte;
  bool refuses = false;
};

std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>(i * 31 + i / 256);
  return text;
}

class StreamingTest : public TransportTest {
 protected:
  /// A GET whose answer goes to the sink.
  Request streamed(std::string url) {
    Request request = get(std::move(url));
    request.sink = &sink_;
    return request;
  }
  /// A PUT of `length` bytes from `offset` of a file that holds `content`.
  Request from_file(std::string url, std::string_view content, std::uint64_t offset, std::uint64_t length) {
    const auto path = folder_.path() / "body";
    std::ofstream(path, std::ios::binary) << content;
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    Request request = get(std::move(url));
    request.method = "PUT";
    request.body_file = FileRegion{descriptor_, offset, length};
    return request;
  }
  ~StreamingTest() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  support::TempFolder folder_;
  int descriptor_ = -1;
  KeepingSink sink_;
};

TEST_F(StreamingTest, AnAnswerGoesToTheSinkInPieces) {
  const std::string body = pattern(5 * kMebibyte + 17);
  ScriptedServer server([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  });
  const Response answer = send(streamed(server.url()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(sink_.begun, 1);
  EXPECT_EQ(sink_.status, 200);
  EXPECT_EQ(sink_.type, "video/mp4") << "known before the first byte";
  EXPECT_TRUE(sink_.body == body) << sink_.body.size();
  EXPECT_LE(sink_.longest, 128 * 1024U) << "no more than libcurl's buffer at a time";
}

TEST_F(StreamingTest, ChunksAndTheirTrailersAreOneBody) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
        "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n");
  });
  EXPECT_EQ(send(streamed(server.url())).status, 200);
  EXPECT_EQ(sink_.body, "abcde");
  EXPECT_EQ(sink_.begun, 1);
}

TEST_F(StreamingTest, AnEmptyAnswerIsABodyToo) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.answer("");
  });
  EXPECT_EQ(send(streamed(server.url())).status, 200);
  EXPECT_EQ(sink_.begun, 1);
}

TEST_F(StreamingTest, ARefusalIsForTheReader) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nwrong");
  });
  const Response answer = send(streamed(server.url()));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "wrong");
  EXPECT_EQ(sink_.begun, 0);
}

TEST_F(StreamingTest, ARefusalIsBoundedHoweverLongAnAnswerMayBe) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 500 Oh\r\n\r\n");
    while (peer.send(std::string(65536, 'x'))) {
    }
  });
  Request request = streamed(server.url());
  request.max_response_bytes = 10'000 * kMebibyte;
  EXPECT_EQ(failure(request).error.kind, ErrorKind::corrupt);
}

TEST_F(StreamingTest, AnInterimAnswerIsNoBody) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
    peer.answer("done");
  });
  EXPECT_EQ(send(streamed(server.url())).status, 200);
  EXPECT_EQ(sink_.begun, 1);
  EXPECT_EQ(sink_.body, "done");
}

TEST_F(StreamingTest, TheLimitHoldsForSinks) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send(std::string(65536, 'x'))) {
    }
  });
  Request request = streamed(server.url());
  request.max_response_bytes = 3 * kMebibyte;
  const Failure failed = failure(request);
  EXPECT_EQ(failed.error.kind, ErrorKind::corrupt);
  EXPECT_FALSE(failed.here);
  EXPECT_LE(sink_.body.size(), 3 * kMebibyte);
}

TEST_F(StreamingTest, ASinkThatFailsEndsTheExchange) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n");
    while (peer.send(std::string(65536, 'x'))) {
    }
  });
  sink_.room = kMebibyte;
  const Failure full = failure(streamed(server.url()));
  EXPECT_EQ(full.error.message, "the disk is full");
  EXPECT_EQ(full.error.kind, ErrorKind::unavailable);
  EXPECT_TRUE(full.here);
  sink_.refuses = true;
  EXPECT_EQ(failure(streamed(server.url())).error.message, "this is no video");
}

TEST_F(StreamingTest, ACutAnswerIsAFailureAndTheNextTryBeginsAnew) {
  std::atomic<int> tries = 0;
  ScriptedServer server([&](Peer& peer) {
    peer.request();
    if (tries++ == 0) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    } else {
      peer.answer("whole");
    }
  });
  const Failure cut = failure(streamed(server.url()));
  EXPECT_EQ(cut.error.kind, ErrorKind::unavailable);
  EXPECT_FALSE(cut.here);
  EXPECT_EQ(sink_.body, "half");
  send(streamed(server.url()));
  EXPECT_EQ(sink_.body, "whole");
  EXPECT_EQ(sink_.begun, 2);
}

TEST_F(StreamingTest, APartOfAFileIsSent) {
  const std::string content = pattern(3 * kMebibyte);
  std::string seen;
  ScriptedServer server([&](Peer& peer) {
    while (const auto request = peer.request()) {
      seen = *request;
      peer.answer();
    }
  });
  EXPECT_EQ(send(from_file(server.url(), content, 1000, 2 * kMebibyte)).status, 200);
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 2097152\r\n"));
  EXPECT_TRUE(seen.ends_with("\r\n\r\n" + content.substr(1000, 2 * kMebibyte)));
  EXPECT_EQ(send(from_file(server.url(), content, 5, 0)).status, 200);
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_EQ(::lseek(descriptor_, 0, SEEK_CUR), 0) << "the descriptor's own position";
}

TEST_F(StreamingTest, AFileThatEndsTooSoonIsNotSentAsIfItWereWhole) {
  std::atomic<bool> whole = false;
  ScriptedServer server([&](Peer& peer) {
    whole = peer.request().has_value();
    peer.answer();
  });
  const Failure failed = failure(from_file(server.url(), pattern(100), 0, 101));
  EXPECT_EQ(failed.error.kind, ErrorKind::corrupt);
  EXPECT_THAT(failed.error.message, HasSubstr("100 of 101 bytes"));
  EXPECT_TRUE(failed.here);
  server.await_closed(1);
  EXPECT_FALSE(whole);
}

TEST_F(StreamingTest, ARefusalThatComesBeforeTheBodyEndsIsTheAnswer) {
  const std::string content = pattern(8 * kMebibyte);
  ScriptedServer server([](Peer& peer) {
    peer.send("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 4\r\n\r\nkept");
    peer.await_end();
  });
  const Response answer = send(from_file(server.url(), content, 0, content.size()));
  EXPECT_EQ(answer.status, 412);
  EXPECT_EQ(answer.body, "kept");
}

TEST_F(StreamingTest, AnUploadCanBeCancelled) {
  const std::string content = pattern(64 * kMebibyte);
  std::stop_source stop;
  ScriptedServer server([&](Peer& peer) {
    stop.request_stop();
    peer.await_end();  // Closing before that would be a reset: an error of the network.
  });
  EXPECT_EQ(failure(from_file(server.url(), content, 0, content.size()), stop.get_token()).error.kind,
            ErrorKind::cancelled);
}

}  // namespace
}  // namespace kinesight::net

// GET /api/events/stream over a real socket.
#include "http/raw_client.h"
#include "http/server_fixture.h"

namespace kinesight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

class EventStreamTest : public ServerTest {
 protected:
  /// A client that follows the stream, past the server's greeting.
  std::unique_ptr<RawClient> follow(const std::string& last_id = "") {
    auto client = std::make_unique<RawClient>(server_->port());
    client->send("GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\n" +
                 (last_id.empty() ? "" : "Last-Event-ID: " + last_id + "\r\n") + "\r\n");
    head_ = client->read_until("\r\n\r\n");
    greeting_ = client->read_until("\n\n");
    return client;
  }
  static std::string id_of(const std::string& text) {
    const auto begin = text.rfind("id: ") + 4;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
  static std::string data_of(std::int64_t ts_ms) {
    return "data: " + event::to_json(sample_event(ts_ms)) + "\n\n";
  }

  std::string head_;
  std::string greeting_;
};

TEST_F(EventStreamTest, EventsArriveAsTheyHappen) {
  feed_.push(sample_event(1000));
  start();
  const auto client = follow();
  EXPECT_THAT(head_, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(greeting_, HasSubstr("retry: 2000"));
  feed_.push(sample_event(2000));
  EXPECT_THAT(client->read_until("\n\n"),
              testing::AllOf(HasSubstr(data_of(2000)), Not(HasSubstr("\"ts_ms\":1000"))));
  feed_.push(sample_event(3000));
  client->read_until(data_of(3000));
}

TEST_F(EventStreamTest, AClientThatComesBackGetsWhatItMissed) {
  start();
  const auto first = follow();
  feed_.push(sample_event(1000));
  const std::string id = id_of(first->read_until(data_of(1000)));
  feed_.push(sample_event(2000));
  feed_.push(sample_event(3000));
  const auto again = follow(id);
  const std::string missed = again->read_until(data_of(3000));
  EXPECT_THAT(missed, HasSubstr(data_of(2000)));
  EXPECT_THAT(missed, Not(HasSubstr("\"ts_ms\":1000")));
}

TEST_F(EventStreamTest, AClientThatLeftBeforeItsFirstEventMissesNothingEither) {
  start();
  const std::string id = id_of((follow(), greeting_));
  feed_.push(sample_event(1000));
  follow(id)->read_until(data_of(1000));
}

TEST_F(EventStreamTest, AClientOfAnEarlierRunGetsAllThereIs) {
  feed_.push(sample_event(1000));
  start();
  follow("17f0c0ffee-900")->read_until(data_of(1000));
}

TEST_F(EventStreamTest, ASlowClientIsToldWhatItMissed) {
  start();
  const std::string id = id_of((follow(), greeting_));
  for (int second = 1; second <= 20; ++second) feed_.push(sample_event(1000 * second));
  const std::string missed = follow(id)->read_until(data_of(20'000));
  EXPECT_THAT(missed, HasSubstr("event: skipped\ndata: {\"skipped\":12}\n\n")) << "the feed holds 8";
  EXPECT_THAT(missed, HasSubstr(data_of(13'000)));
}

TEST_F(EventStreamTest, AClientThatReadsNothingHoldsNobodyUp) {
  options_.threads = 4;
  options_.max_streams = 2;
  start();
  const auto stuck = follow();
  const auto awake = follow();
  // More than any socket's buffer holds; the feed takes it all at once, whoever reads.
  const std::string label(100'000, 'x');
  for (int second = 1; second <= 200; ++second) feed_.push(sample_event(1000 * second, label));
  feed_.push(sample_event(999'000));
  awake->read_until(data_of(999'000));
  EXPECT_EQ(get("/healthz")->status, 200);
}

TEST_F(EventStreamTest, AnIdleStreamShowsSignsOfLife) {
  options_.heartbeat = seconds_duration(0.01);
  start();
  follow()->read_until(": heartbeat\n\n");
}

TEST_F(EventStreamTest, HealthAnswersHoweverManyFollow) {
  options_.threads = 4;
  options_.max_streams = 2;
  start();
  const auto one = follow();
  const auto two = follow();
  RawClient third(server_->port());
  third.send("GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(third.read_until("\r\n\r\n"), testing::AllOf(HasSubstr("503"), HasSubstr("Retry-After")));
  EXPECT_EQ(get("/healthz")->status, 200);
}

TEST_F(EventStreamTest, AClientThatHangsUpMakesRoom) {
  options_.heartbeat = seconds_duration(0.01);
  options_.max_streams = 1;
  start();
  follow().reset();
  std::string head = "503";
  for (int attempt = 0; attempt < 100'000 && head.find("503") != std::string::npos; ++attempt) {
    RawClient client(server_->port());
    client.send("GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    head = client.read_until("\r\n\r\n");
  }
  EXPECT_THAT(head, HasSubstr("200"));
}

TEST_F(EventStreamTest, StoppingEndsTheStreamsWithinASecond) {
  start();
  const auto one = follow();
  const auto two = follow();
  RawClient silent(server_->port());
  silent.send("GET / HT");
  auto idle = client();
  idle.set_keep_alive(true);
  idle.Get("/healthz");
  const auto begin = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_NO_THROW(one->read_all());
  EXPECT_NO_THROW(silent.read_all());
}

}  // namespace
}  // namespace kinesight::http

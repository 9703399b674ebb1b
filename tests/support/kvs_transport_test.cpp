// The transport of the simulated Kinesis video acts out what goes wrong, at the cost in time that it would
// have.
#include "support/kvs_transport.h"

#include <gmock/gmock.h>

#include "sim/kvs/service_fixture.h"

namespace kinesight::support {
namespace {

class KvsTransportTest : public sim::kvs::ServiceTest {
 protected:
  void SetUp() override {
    options_.limits = false;
    add_camera("front");
    request_.url = sim::kvs::kBase + "/hls/v1/getHLSMasterPlaylist.m3u8?" + open_session("front");
    request_.timeouts = {.connect = std::chrono::seconds(3),
                         .idle = std::chrono::seconds(5),
                         .total = std::chrono::seconds(20)};
    transport_ = std::make_unique<KvsTransport>(service(), clock_, 0.5);
  }

  std::expected<net::Response, net::Failure> send(const std::string& fault = "") {
    service().faults().clear(clock_.wall_seconds());
    if (!fault.empty()) service().faults().add(sim::kvs::parse_fault(fault, clock_.wall_seconds()).value());
    began_ = clock_.wall_seconds();
    return transport_->send(request_, {});
  }
  net::Failure failure(const std::string& fault = "") {
    const auto answer = send(fault);
    EXPECT_FALSE(answer) << answer->status;
    return answer ? net::Failure{} : answer.error();
  }
  double took() const { return clock_.wall_seconds() - began_; }

  net::Request request_;
  std::unique_ptr<KvsTransport> transport_;
  double began_ = 0;
};

TEST_F(KvsTransportTest, AnswersAfterItsLatency) {
  const auto answer = send();
  ASSERT_TRUE(answer) << answer.error().error.message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, testing::StartsWith("#EXTM3U"));
  EXPECT_NEAR(took(), 0.5, 1e-6);
  transport_->set_latency(6);
  EXPECT_TRUE(failure().timed_out);
  EXPECT_NEAR(took(), 5, 1e-6);
}

TEST_F(KvsTransportTest, AStallEndsInAnAnswerOrATimeOut) {
  EXPECT_TRUE(send("stall=4"));
  EXPECT_NEAR(took(), 4.5, 1e-6);
  const auto stalled = failure("stall=8");
  EXPECT_EQ(stalled.error.kind, ErrorKind::unavailable);
  EXPECT_TRUE(stalled.timed_out);
  EXPECT_TRUE(stalled.sent);
  EXPECT_NEAR(took(), 5.5, 1e-6);
  request_.timeouts.total = std::chrono::seconds(2);
  EXPECT_TRUE(failure("stall=8").timed_out);
  EXPECT_NEAR(took(), 2, 1e-6);
}

TEST_F(KvsTransportTest, AnEndlessAnswerIsTooLongOrTooLate) {
  const auto endless = failure("endless");
  EXPECT_EQ(endless.error.kind, ErrorKind::corrupt);
  EXPECT_FALSE(endless.timed_out);
  EXPECT_GT(took(), 1);
  request_.max_response_bytes = 1'000'000'000;
  EXPECT_TRUE(failure("endless").timed_out);
  EXPECT_NEAR(took(), 20, 1e-6);
}

TEST_F(KvsTransportTest, ACutAnswerIsNone) {
  const auto cut = failure("cut");
  EXPECT_EQ(cut.error.kind, ErrorKind::unavailable);
  EXPECT_FALSE(cut.timed_out);
  EXPECT_TRUE(cut.sent);
}

TEST_F(KvsTransportTest, ALongAnswerIsNone) {
  request_.max_response_bytes = 10;
  EXPECT_EQ(failure().error.kind, ErrorKind::corrupt);
}

TEST_F(KvsTransportTest, TheNetworkMayBeDown) {
  transport_->set_network(KvsTransport::Network::refused);
  EXPECT_FALSE(failure().sent);
  EXPECT_EQ(took(), 0);
  transport_->set_network(KvsTransport::Network::silent);
  EXPECT_TRUE(failure().timed_out);
  EXPECT_NEAR(took(), 3, 1e-6);
}

TEST_F(KvsTransportTest, NoErrorTellsTheToken) {
  const std::string token = request_.url.substr(request_.url.find("Token=") + 6);
  for (const auto* fault : {"stall=8", "endless", "cut"})
    EXPECT_THAT(failure(fault).error.message, testing::Not(testing::HasSubstr(token)));
  std::stop_source stop;
  stop.request_stop();
  const auto cancelled = transport_->send(request_, stop.get_token());
  EXPECT_EQ(cancelled.error().error.kind, ErrorKind::cancelled);
  EXPECT_THAT(cancelled.error().error.message, testing::Not(testing::HasSubstr(token)));
}

TEST_F(KvsTransportTest, CountsAndTimesRequests) {
  (void)send();
  (void)send("stall=3");
  EXPECT_EQ(transport_->requests(), 2u);
  EXPECT_NEAR(transport_->longest_seconds(), 3.5, 1e-6);
  EXPECT_FALSE(transport_->overdue());
}

}  // namespace
}  // namespace kinesight::support

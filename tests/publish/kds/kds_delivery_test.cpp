#include "publish/kds/kds_delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/kds/aggregation.h"
#include "publish/kds/kinesis_peer.h"
#include "support/fake_clock.h"

namespace kinesight::publish {
namespace {

using support::KinesisPeer;
using support::PeerFault;
using support::PeerRecord;
using support::PeerVerdict;
using support::refusal;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kMaxRecord = aws::Kinesis::kMaxRecordBytes;

Entry event(const std::string& camera, const std::string& payload) {
  Entry entry;
  entry.key = camera;
  entry.name = "id-" + payload.substr(0, 8);
  entry.payload = payload;
  return entry;
}

KdsOptions options_of(const std::string& stream) {
  KdsOptions options;
  options.stream_name = stream;
  return options;
}

class KdsDeliveryTest : public testing::Test {
 protected:
  KdsDelivery delivery() const { return {options_, support::kinesis_at(*session_)}; }

  BatchResult deliver(const std::vector<Entry>& entries) {
    std::vector<const Entry*> batch;
    for (const auto& one : entries) batch.push_back(&one);
    return delivery().deliver(batch, {});
  }
  std::vector<Verdict> verdicts(const std::vector<Entry>& entries) {
    std::vector<Verdict> verdicts;
    for (const auto& outcome : deliver(entries).outcomes) verdicts.push_back(outcome.verdict);
    return verdicts;
  }

  std::shared_ptr<KinesisPeer> peer_ = std::make_shared<KinesisPeer>();
  support::FakeClock clock_;
  std::unique_ptr<aws::Session> session_ = support::session_to(peer_, clock_);
  KdsOptions options_ = options_of("detection-events");
};

TEST_F(KdsDeliveryTest, ARecordIsTheEventAsItIsUnderItsCamera) {
  const auto result = deliver({event("front", R"({"camera_id":"front"})"), event("gate", "{}")});
  EXPECT_THAT(peer_->requests(), ElementsAre(ElementsAre(PeerRecord{"front", R"({"camera_id":"front"})"},
                                                         PeerRecord{"gate", "{}"})));
  ASSERT_THAT(result.outcomes, SizeIs(2));
  EXPECT_FALSE(result.whole);
  EXPECT_EQ(result.outcomes[0].verdict, Verdict::delivered);
  EXPECT_EQ(result.outcomes[0].part, peer_->shard_of("front"))
      << "so that throttling of the shard is known to be hers";
}

TEST_F(KdsDeliveryTest, EachRecordHasItsOwnOutcome) {
  peer_->verdict = [](const PeerRecord& record) -> PeerVerdict {
    if (record.data == "b") {
      return {.code = "ProvisionedThroughputExceededException",
              .message =
                  "Rate exceeded for shard shardId-000000000003 in stream detection-events under account "
                  "111122223333."};
    }
    if (record.data == "c") return {"InternalFailure", "Internal service failure."};
    return {};
  };
  const auto outcomes =
      deliver({event("1", "a"), event("2", "b"), event("3", "c"), event("4", "d")}).outcomes;
  ASSERT_THAT(outcomes, SizeIs(4));
  EXPECT_EQ(outcomes[0].verdict, Verdict::delivered);
  EXPECT_EQ(outcomes[1].verdict, Verdict::throttled);
  EXPECT_EQ(outcomes[1].part, "shardId-000000000003");
  EXPECT_FALSE(outcomes[1].uncertain) << "what was throttled is not in the stream";
  EXPECT_EQ(outcomes[1].error.kind, ErrorKind::throttled);
  EXPECT_EQ(outcomes[2].verdict, Verdict::again);
  EXPECT_TRUE(outcomes[2].uncertain) << "what failed inside Kinesis may be";
  EXPECT_THAT(outcomes[2].error.message, HasSubstr("detection-events: InternalFailure"));
  EXPECT_EQ(outcomes[3].verdict, Verdict::delivered);
}

TEST_F(KdsDeliveryTest, AThrottledRecordOfAnUnknownShardIsThrottledAllTheSame) {
  peer_->verdict = [](const PeerRecord&) {
    return PeerVerdict{"ProvisionedThroughputExceededException", ""};
  };
  const auto outcomes = deliver({event("front", "a")}).outcomes;
  EXPECT_EQ(outcomes.at(0).verdict, Verdict::throttled);
  EXPECT_EQ(outcomes.at(0).part, "");
}

TEST_F(KdsDeliveryTest, WhatIsTooLongIsRefusedAndTheRestGoes) {
  const auto longest = event("front", std::string(kMaxRecord - 5, 'x'));
  const auto too_long = event("front", std::string(kMaxRecord - 4, 'x'));
  EXPECT_THAT(verdicts({event("front", "a"), too_long, longest, event("front", "b")}),
              ElementsAre(Verdict::delivered, Verdict::refused, Verdict::delivered, Verdict::delivered));
  EXPECT_THAT(peer_->requests(), ElementsAre(SizeIs(3)));
  const auto refused = deliver({too_long}).outcomes.at(0);
  EXPECT_EQ(refused.error.kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error.message, HasSubstr("expected at most 1048576 bytes"));
  EXPECT_THAT(peer_->requests(), SizeIs(1)) << "a request without records is none";
}

TEST_F(KdsDeliveryTest, TotalsHaveTheNamesThatTheSeedGivesThem) {
  const DeliveryCounts counts{.delivered = 1250, .retried = 7, .requests = 3, .dead = 2, .dropped = 1};
  EXPECT_EQ(delivery().totals(counts),
            (Totals{{"published", 1250}, {"failed", 3}, {"retried", 7}, {"batches_sent", 3}}));
}

struct Fault {
  std::string name;
  PeerFault fault;
  ErrorKind kind;
  bool uncertain;
};

class KdsFaultTest : public KdsDeliveryTest, public testing::WithParamInterface<Fault> {};

TEST_P(KdsFaultTest, IsTheWholeBatchsAndNothingCountsAsDelivered) {
  peer_->fault = [](const auto&) { return GetParam().fault; };
  const auto result = deliver({event("front", "a"), event("gate", "b")});
  EXPECT_THAT(result.outcomes, IsEmpty());
  ASSERT_TRUE(result.whole);
  EXPECT_EQ(result.whole->kind, GetParam().kind) << result.whole->message;
  EXPECT_EQ(result.uncertain, GetParam().uncertain);
  EXPECT_THAT(peer_->requests(), SizeIs(1)) << "the drain tries again, not the client";
}

constexpr const char* kOneResult = R"({"Records":[{"ShardId":"shardId-000000000000","SequenceNumber":"1"}]})";
constexpr const char* kNothingSaid = R"({"Records":[{"SequenceNumber":"1"},{}]})";

INSTANTIATE_TEST_SUITE_P(
    Kds, KdsFaultTest,
    testing::Values(
        Fault{"Validation", refusal(400, "ValidationException"), ErrorKind::invalid, false},
        Fault{"InvalidArgument", refusal(400, "InvalidArgumentException"), ErrorKind::invalid, false},
        Fault{"TooLargeForAProxy", {.status = 413, .body = "too large"}, ErrorKind::invalid, false},
        Fault{"DisabledKey", refusal(400, "KMSDisabledException"), ErrorKind::denied, false},
        Fault{"AccessDenied", refusal(400, "AccessDeniedException"), ErrorKind::denied, false},
        Fault{"NoStream", refusal(400, "ResourceNotFoundException"), ErrorKind::not_found, false},
        Fault{"Throttled", refusal(400, "ProvisionedThroughputExceededException"), ErrorKind::throttled,
              false},
        Fault{"InternalFailure", refusal(500, "InternalFailure"), ErrorKind::unavailable, true},
        Fault{"NoConnection", {.sent = false}, ErrorKind::unavailable, false},
        Fault{"NoAnswer", {.sent = true}, ErrorKind::unavailable, true},
        Fault{"Garbage", {.status = 200, .body = "<html>"}, ErrorKind::unavailable, true},
        Fault{"FewerResultsThanRecords", {.status = 200, .body = kOneResult}, ErrorKind::unavailable, true},
        Fault{"ResultsThatSayNothing", {.status = 200, .body = kNothingSaid}, ErrorKind::unavailable, true}),
    [](const auto& test) { return test.param.name; });

TEST_F(KdsDeliveryTest, LimitsAreTheOptions) {
  options_.batch_size = 100;
  options_.flush_interval_ms = 250;
  options_.max_in_flight = 3;
  const auto limits = delivery().limits();
  EXPECT_EQ(limits.entries, 100u);
  EXPECT_EQ(limits.linger, std::chrono::milliseconds(250));
  EXPECT_EQ(limits.in_flight, 3);
  EXPECT_FALSE(limits.one_per_key);
  options_.strict_order = true;
  EXPECT_TRUE(delivery().limits().one_per_key);
  options_.aggregate = true;
  EXPECT_FALSE(delivery().limits().one_per_key) << "one record a camera keeps the order by itself";
}

TEST_F(KdsDeliveryTest, ABatchWithinTheLimitsIsARequestThatKinesisTakes) {
  const auto limits = delivery().limits();
  const auto large = event("front", std::string(kMaxRecord - 5, 'x'));
  std::vector<Entry> batch;
  for (std::size_t bytes = delivery().cost(large); bytes <= limits.bytes; bytes += delivery().cost(large)) {
    batch.push_back(large);
  }
  EXPECT_THAT(verdicts(batch), testing::AllOf(SizeIs(9), testing::Each(Verdict::delivered)));
}

class KdsAggregateTest : public KdsDeliveryTest {
 protected:
  void SetUp() override { options_.aggregate = true; }

  std::vector<std::string> unpacked(const PeerRecord& record) const {
    std::vector<std::string> data;
    for (const auto& user : deaggregate(record.key, record.data).records) {
      EXPECT_EQ(user.partition_key, record.key);
      data.emplace_back(user.data);
    }
    return data;
  }
};

TEST_F(KdsAggregateTest, ACamerasEventsShareARecordInTheirOrder) {
  deliver(
      {event("front", "1"), event("gate", "a"), event("front", "2"), event("yard", "x"), event("gate", "b")});
  const auto requests = peer_->requests();
  ASSERT_THAT(requests, ElementsAre(SizeIs(3)));
  EXPECT_THAT(unpacked(requests[0][0]), ElementsAre("1", "2"));
  EXPECT_THAT(unpacked(requests[0][1]), ElementsAre("a", "b"));
  EXPECT_EQ(requests[0][2], (PeerRecord{"yard", "x"})) << "a lone event needs no wrapping";
}

TEST_F(KdsAggregateTest, TheOutcomeOfARecordIsThatOfAllItsEvents) {
  peer_->verdict = [](const PeerRecord& record) {
    return record.key == "front" ? PeerVerdict{"InternalFailure", ""} : PeerVerdict{};
  };
  EXPECT_THAT(verdicts({event("front", "1"), event("gate", "a"), event("front", "2"), event("gate", "b")}),
              ElementsAre(Verdict::again, Verdict::delivered, Verdict::again, Verdict::delivered));
}

TEST_F(KdsAggregateTest, ABatchWithinTheLimitsHasOneRecordACamera) {
  const auto limits = delivery().limits();
  for (const std::size_t payload : {1, 100, 130, 2000, 20'000, 400'000}) {
    const auto one = event("c", std::string(payload, 'x'));
    std::vector<Entry> batch;
    for (std::size_t bytes = delivery().cost(one); bytes <= limits.bytes && batch.size() < limits.entries;
         bytes += delivery().cost(one)) {
      batch.push_back(one);
    }
    EXPECT_THAT(verdicts(batch), testing::Each(Verdict::delivered));
    EXPECT_THAT(peer_->requests().back(), SizeIs(1)) << payload;
  }
}

TEST_F(KdsAggregateTest, TheLongestEventFitsByItself) {
  const auto longest = event("front", std::string(kMaxRecord - 5, 'x'));
  EXPECT_LE(delivery().cost(longest), delivery().limits().bytes);
  EXPECT_THAT(verdicts({longest}), ElementsAre(Verdict::delivered));
  EXPECT_THAT(verdicts({event("front", "1"), longest, event("front", "2")}),
              testing::Each(Verdict::delivered))
      << "even in a batch that is longer than it should be";
}

TEST_F(KdsAggregateTest, WhatIsTooLongIsRefusedAndTheRestGoes) {
  const auto too_long = event("front", std::string(kMaxRecord, 'x'));
  EXPECT_THAT(verdicts({event("front", "1"), too_long, event("front", "2")}),
              ElementsAre(Verdict::delivered, Verdict::refused, Verdict::delivered));
}

}  // namespace
}  // namespace kinesight::publish

// Each fault shows on the wire as it says, and the ledger knows whether the request was executed.
#include <thread>

#include "support/fake_aws_fixture.h"

namespace kinesight::support {
namespace {

using testing::HasSubstr;

class FaultsTest : public FakeAwsTest {
 protected:
  FaultsTest() { aws_.create_stream("events", 2); }
  /// Deals the fault to the next PutRecords alone.
  void next(Fault fault) {
    fault.service = "kinesis";
    fault.action = "PutRecords";
    fault.count = 1;
    aws_.faults().add(std::move(fault));
  }
};

TEST_F(FaultsTest, ErrorsAreAnsweredAndNothingIsStored) {
  struct Expected {
    FaultKind kind;
    int status;
    std::string type;
  };
  for (const auto& [kind, status, code] : {
           Expected{FaultKind::throttle, 400, "ProvisionedThroughputExceededException"},
           Expected{FaultKind::internal_error, 500, "InternalFailure"},
           Expected{FaultKind::unavailable, 503, "ServiceUnavailableException"},
           Expected{FaultKind::expired_token, 400, "ExpiredTokenException"},
           Expected{FaultKind::clock_skew, 400, "InvalidSignatureException"},
           Expected{FaultKind::not_found, 400, "ResourceNotFoundException"},
           Expected{FaultKind::access_denied, 400, "AccessDeniedException"},
       }) {
    next({.kind = kind});
    const WireAnswer answer = put(3);
    EXPECT_EQ(answer.status, status) << to_string(kind);
    EXPECT_EQ(type(answer), code);
    EXPECT_NE(answer.header("x-amzn-RequestId"), "");
    EXPECT_EQ(puts().faults[std::string(to_string(kind))], 1);
  }
  EXPECT_EQ(stored(), 0u);
  EXPECT_EQ(puts().executed, 0);
  EXPECT_EQ(puts().answered, 7);
  EXPECT_EQ(put(3).status, 200);
}

TEST_F(FaultsTest, AnErrorMayComeAfterTheRequestWasExecuted) {
  next({.kind = FaultKind::internal_error, .executed = true});
  EXPECT_EQ(put(3).status, 500);
  EXPECT_EQ(stored(), 3u);
}

TEST_F(FaultsTest, AnyErrorCanBeMadeUp) {
  next({.kind = FaultKind::error, .status = 429, .code = "LimitExceededException", .message = "enough"});
  const WireAnswer answer = put(1);
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(type(answer), "LimitExceededException");
  EXPECT_THAT(answer.body, HasSubstr("enough"));
}

TEST_F(FaultsTest, AResetBeforeExecutionStoresNothing) {
  for (const FaultKind kind : {FaultKind::reset_unread, FaultKind::reset_before}) {
    next({.kind = kind});
    const WireAnswer answer = put(3);
    EXPECT_EQ(answer.status, 0);
    EXPECT_TRUE(answer.reset) << to_string(kind);
  }
  EXPECT_EQ(stored(), 0u);
  EXPECT_EQ(puts().answered, 0);
}

TEST_F(FaultsTest, AResetAfterExecutionStoresAllAndAnswersNothing) {
  next({.kind = FaultKind::reset_after});
  const WireAnswer answer = put(3);
  EXPECT_EQ(answer.status, 0);
  EXPECT_TRUE(answer.reset);
  EXPECT_EQ(stored(), 3u);
  EXPECT_EQ(puts().executed, 1);
  EXPECT_EQ(puts().answered, 0);
}

TEST_F(FaultsTest, ACutAnswerEndsInItsMiddle) {
  next({.kind = FaultKind::cut});
  const WireAnswer answer = put(3);
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.whole());
  EXPECT_EQ(answer.body.size(), answer.announced / 2);
  EXPECT_FALSE(answer.reset);
  EXPECT_EQ(stored(), 3u);
}

TEST_F(FaultsTest, GarbageIsWholeAndIsNoJson) {
  next({.kind = FaultKind::garbage});
  next({.kind = FaultKind::garbage, .executed = false});
  for (const std::size_t expected : {3u, 3u}) {
    const WireAnswer answer = put(3);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.whole());
    EXPECT_FALSE(json::accept(answer.body));
    EXPECT_EQ(stored(), expected);
  }
}

TEST_F(FaultsTest, AWrongCountAnswersForOneRecordLess) {
  next({.kind = FaultKind::wrong_count});
  EXPECT_EQ(json::parse(put(3).body)["Records"].size(), 2u);
  EXPECT_EQ(stored(), 3u);
}

TEST_F(FaultsTest, SlowAnswersComeLateAndWhole) {
  for (const FaultKind kind : {FaultKind::slow, FaultKind::stall}) {
    next({.kind = kind, .delay = std::chrono::milliseconds(30)});
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(put(1).whole());
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30)) << to_string(kind);
  }
  EXPECT_EQ(stored(), 2u);
}

TEST_F(FaultsTest, StoppingEndsASlowAnswer) {
  next({.kind = FaultKind::slow, .delay = std::chrono::hours(1)});
  std::thread client([this] { EXPECT_EQ(put(1).status, 0); });
  EXPECT_TRUE(aws_.ledger().wait_for([](const Events& events) { return events.record_count == 1; }));
  aws_.stop();
  client.join();
}

TEST_F(FaultsTest, APartialFailureNamesTheRecordsThatFailed) {
  next({.kind = FaultKind::partial, .code = "InternalFailure", .share = 0.3});
  const json answer = json::parse(put(100).body);
  int failed = 0;
  for (const json& record : answer["Records"]) {
    const bool refused = record.contains("ErrorCode");
    failed += refused;
    EXPECT_EQ(refused, !record.contains("SequenceNumber"));
    if (refused) {
      EXPECT_EQ(record["ErrorCode"], "InternalFailure");
    }
  }
  EXPECT_EQ(answer["FailedRecordCount"], failed);
  EXPECT_THAT(failed, testing::AllOf(testing::Gt(10), testing::Lt(60)));
  EXPECT_EQ(stored(), 100u - static_cast<std::size_t>(failed));
}

TEST_F(FaultsTest, AThrottledShardLeavesTheOthersAlone) {
  next({.kind = FaultKind::throttled_shard, .shard = "shardId-000000000001"});
  const json answer = json::parse(put(100).body);
  for (const json& record : answer["Records"]) {
    if (record.contains("ErrorCode")) {
      EXPECT_EQ(record["ErrorCode"], "ProvisionedThroughputExceededException");
      EXPECT_THAT(record["ErrorMessage"].get<std::string>(), HasSubstr("shardId-000000000001"));
    } else {
      EXPECT_EQ(record["ShardId"], "shardId-000000000000");
    }
  }
  EXPECT_GT(answer["FailedRecordCount"], 10);
  EXPECT_GT(stored(), 10u);
}

TEST_F(FaultsTest, OneUnreadableRecordPoisonsItsWholeRequest) {
  aws_.faults().add({.kind = FaultKind::poison, .marker = "d7"});
  const WireAnswer answer = put(10);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(type(answer), "ValidationException");
  EXPECT_EQ(stored(), 0u);
  EXPECT_EQ(put(7).status, 200);
}

TEST_F(FaultsTest, ScriptedFaultsComeInTheirOrderAndEnd) {
  aws_.faults().add({.kind = FaultKind::throttle, .action = "PutRecords", .skip = 1, .count = 2});
  std::vector<int> statuses;
  for (int i = 0; i < 5; ++i) statuses.push_back(put(1).status);
  EXPECT_THAT(statuses, testing::ElementsAre(200, 400, 400, 200, 200));
  EXPECT_TRUE(aws_.faults().exhausted());
}

TEST(FaultPlan, DealsTheSameForTheSameSeed) {
  const auto deal = [](std::uint64_t seed) {
    FaultPlan plan(seed);
    plan.add({.kind = FaultKind::throttle, .probability = 0.2});
    plan.add({.kind = FaultKind::cut, .probability = 0.2});
    std::string dealt;
    for (int i = 0; i < 200; ++i) {
      const auto faults = plan.deal("kinesis", "PutRecords");
      EXPECT_LE(faults.size(), 1u);
      dealt += faults.empty() ? '.' : to_string(faults[0].kind)[0];
    }
    return dealt;
  };
  EXPECT_EQ(deal(7), deal(7));
  EXPECT_NE(deal(7), deal(8));
}

TEST(FaultPlan, ReadsFaultsAsJson) {
  const Fault fault = fault_from_json(json::parse(
      R"({"kind": "slow", "service": "s3", "action": "PutObject", "probability": 0.5, "count": 3, "delay_ms": 20})"));
  EXPECT_EQ(fault.kind, FaultKind::slow);
  EXPECT_EQ(fault.service, "s3");
  EXPECT_EQ(fault.count, 3);
  EXPECT_EQ(fault.delay, std::chrono::milliseconds(20));
  EXPECT_THROW(fault_from_json(json{{"kind", "sloth"}}), std::invalid_argument);
  EXPECT_THROW(fault_from_json(json{{"kind", "slow"}, {"delay", 3}}), std::invalid_argument);
}

}  // namespace
}  // namespace kinesight::support

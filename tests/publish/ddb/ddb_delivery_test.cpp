#include "publish/ddb/ddb_delivery.h"

#include "publish/ddb/table_peer.h"

namespace kinesight::publish {
namespace {

using support::sample_event;
using testing::ElementsAre;
using testing::HasSubstr;

class DdbDeliveryTest : public support::TableFixture {
 protected:
  Entry entry_of(const event::Envelope& envelope) {
    return {.sequence = ++sequence_,
            .key = envelope.camera_id,
            .name = envelope.event_id,
            .sink = {},
            .payload = event::to_json(envelope)};
  }
  BatchResult deliver(const std::vector<Entry>& entries) {
    std::vector<const Entry*> batch;
    for (const auto& entry : entries) batch.push_back(&entry);
    return delivery_.deliver(batch, {});
  }
  /// What becomes of an event when the whole request is answered like this.
  BatchResult answered(support::TablePeer::Answer answer) {
    peer_->instead = [answer](std::size_t) { return std::optional(answer); };
    return deliver({entry_of(sample_event(1))});
  }
  BatchResult refused(int status, const std::string& code) {
    return answered(net::Response{status, {}, nlohmann::json{{"__type", code}, {"message", "no"}}.dump()});
  }
  static std::vector<Verdict> verdicts(const BatchResult& result) {
    EXPECT_FALSE(result.whole) << result.whole->message;
    std::vector<Verdict> verdicts;
    for (const auto& outcome : result.outcomes) verdicts.push_back(outcome.verdict);
    return verdicts;
  }

  std::uint64_t sequence_ = 0;
  std::shared_ptr<support::TablePeer> peer_ = std::make_shared<support::TablePeer>();
  DdbDelivery delivery_{table(peer_)};
};

TEST_F(DdbDeliveryTest, WritesABatchInOneRequest) {
  EXPECT_THAT(verdicts(deliver({entry_of(sample_event(1)), entry_of(sample_event(2))})),
              ElementsAre(Verdict::delivered, Verdict::delivered));
  EXPECT_THAT(peer_->batches, ElementsAre(2U));
  const auto& item = peer_->items.begin()->second;
  EXPECT_EQ(*from_item(item), sample_event(item.at("ts_ms").at("N") == "1769860801000" ? 1 : 2));
}

TEST_F(DdbDeliveryTest, WhatComesBackUnprocessedIsThrottledAndNothingElse) {
  peer_->unprocessed = [](const auto& item) { return item.at("ts_ms").at("N") == "1769860802000"; };
  const auto result =
      deliver({entry_of(sample_event(1)), entry_of(sample_event(2)), entry_of(sample_event(3))});
  EXPECT_THAT(verdicts(result), ElementsAre(Verdict::delivered, Verdict::throttled, Verdict::delivered));
  EXPECT_FALSE(result.outcomes[1].uncertain);
  EXPECT_THAT(result.outcomes[1].error.message, HasSubstr("UnprocessedItems"));
}

TEST_F(DdbDeliveryTest, PoisonIsRefusedUnsentAndTheRestIsWritten) {
  auto large = sample_event(2);
  large.payload.extras["blob"] = std::string(420'000, 'x');
  Entry broken = entry_of(sample_event(3));
  broken.payload = "{\"event_id\": 1}";
  const auto result = deliver({entry_of(large), entry_of(sample_event(1)), broken});
  EXPECT_THAT(verdicts(result), ElementsAre(Verdict::refused, Verdict::delivered, Verdict::refused));
  EXPECT_THAT(result.outcomes[0].error.message, HasSubstr("409600"));
  EXPECT_THAT(result.outcomes[2].error.message, HasSubstr("not a detection envelope"));
  EXPECT_THAT(peer_->batches, ElementsAre(1U));

  EXPECT_THAT(verdicts(deliver({broken})), ElementsAre(Verdict::refused));
  EXPECT_EQ(peer_->batches.size(), 1U) << "a request without items went out";
}

TEST_F(DdbDeliveryTest, AThrottledCallWaitsAsAWholeAndIsCertain) {
  const auto result = refused(400, "ProvisionedThroughputExceededException");
  EXPECT_EQ(result.whole->kind, ErrorKind::throttled);
  EXPECT_FALSE(result.uncertain);
  EXPECT_THAT(peer_->batches, ElementsAre(1U)) << "the drain tries again, not the client";
}

TEST_F(DdbDeliveryTest, OnlyFaultsOfItemsMakePoison) {
  EXPECT_EQ(refused(400, "ValidationException").whole->kind, ErrorKind::invalid);
  EXPECT_EQ(refused(413, "").whole->kind, ErrorKind::invalid);
  EXPECT_EQ(refused(400, "ResourceNotFoundException").whole->kind, ErrorKind::not_found);
  EXPECT_EQ(refused(400, "AccessDeniedException").whole->kind, ErrorKind::denied);
  EXPECT_EQ(refused(400, "TableIsReplicatedElsewhereException").whole->kind, ErrorKind::denied)
      << "an error that we do not know made dead letters";
}

TEST_F(DdbDeliveryTest, WithoutAnAnswerTheItemsMayBeThere) {
  const auto cut = answered(std::unexpected(net::Failure{{ErrorKind::unavailable, "cut off"}, true}));
  EXPECT_EQ(cut.whole->kind, ErrorKind::unavailable);
  EXPECT_TRUE(cut.uncertain);
  const auto unreachable =
      answered(std::unexpected(net::Failure{{ErrorKind::unavailable, "refused"}, false}));
  EXPECT_EQ(unreachable.whole->kind, ErrorKind::unavailable);
  EXPECT_FALSE(unreachable.uncertain);
  const auto garbage = answered(net::Response{200, {}, "<html>"});
  EXPECT_EQ(garbage.whole->kind, ErrorKind::unavailable);
  EXPECT_TRUE(garbage.uncertain);
}

TEST_F(DdbDeliveryTest, ItemsOfSomebodyElseComingBackLeaveTheFateOpen) {
  const nlohmann::json request = {{"PutRequest", {{"Item", to_item(sample_event(9), 30)}}}};
  const auto result = answered(net::Response{
      200, {}, nlohmann::json{{"UnprocessedItems", {{"events", nlohmann::json::array({request})}}}}.dump()});
  EXPECT_EQ(result.whole->kind, ErrorKind::unavailable);
  EXPECT_TRUE(result.uncertain);
}

TEST_F(DdbDeliveryTest, AsksForBatchesThatDynamoDbTakes) {
  const auto limits = delivery_.limits();
  EXPECT_EQ(limits.entries, 25U);
  EXPECT_TRUE(limits.one_per_name) << "a key twice in a batch is refused";
  EXPECT_GT(limits.bytes, 0U);
  EXPECT_LE(limits.bytes, 16U * 1024 * 1024);
}

TEST_F(DdbDeliveryTest, CountsUnderTheSeedsNames) {
  EXPECT_THAT(delivery_.totals({.delivered = 890, .requests = 36, .dead = 1, .dropped = 2}),
              ElementsAre(testing::Pair("written", 890U), testing::Pair("failed", 3U),
                          testing::Pair("batches_sent", 36U)));
}

}  // namespace
}  // namespace kinesight::publish

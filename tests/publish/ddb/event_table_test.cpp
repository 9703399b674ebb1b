#include "publish/ddb/event_table.h"

#include "publish/ddb/random_events.h"
#include "publish/ddb/table_peer.h"
#include "support/replay.h"

namespace kinesight::publish {
namespace {

using support::sample_event;
using testing::ElementsAre;
using testing::HasSubstr;

class EventTableWrites : public support::TableFixture {
 protected:
  /// The confidence of what the table holds under the envelope's key.
  double conf_in_table(const event::Envelope& envelope) const {
    const auto found = peer_->items.find({envelope.event_id, std::to_string(envelope.payload.ts_ms)});
    if (found == peer_->items.end()) return -1;
    return from_item(found->second)->payload.conf;
  }
  net::Response throttled() const {
    return {400, {}, R"({"__type":"ProvisionedThroughputExceededException","message":"slow down"})"};
  }

  std::shared_ptr<support::TablePeer> peer_ = std::make_shared<support::TablePeer>();
  EventTable table_ = table(peer_);
};

TEST_F(EventTableWrites, PutsOne) {
  ASSERT_TRUE(table_.put_event(sample_event(1), {}));
  EXPECT_EQ(conf_in_table(sample_event(1)), 0.875);
}

TEST_F(EventTableWrites, PutsManyInBatchesOf25) {
  std::vector<event::Envelope> events;
  for (int i = 0; i < 60; ++i) events.push_back(sample_event(i));
  ASSERT_TRUE(table_.put_events(events, {}));
  EXPECT_THAT(peer_->batches, ElementsAre(25U, 25U, 10U));
  EXPECT_EQ(peer_->items.size(), 60U);
  ASSERT_TRUE(table_.put_events({}, {}));
  EXPECT_EQ(peer_->batches.size(), 3U) << "nothing to put is no call";
}

TEST_F(EventTableWrites, AKeyThatComesTwiceIsWrittenInTwoCallsInOrder) {
  std::vector<event::Envelope> events{sample_event(1), sample_event(2), sample_event(1), sample_event(1)};
  events[0].payload.conf = 0.1;
  events[2].payload.conf = 0.2;
  events[3].payload.conf = 0.3;
  ASSERT_TRUE(table_.put_events(events, {}));
  EXPECT_THAT(peer_->batches, ElementsAre(2U, 1U, 1U));
  EXPECT_EQ(conf_in_table(events[0]), 0.3) << "the last one stays";
}

TEST_F(EventTableWrites, WhateverComesBackTheLastOfEachKeyStays) {
  Rng rng(support::replay_seed());
  int refused = 0;  // In a row, and fewer than are given up after.
  peer_->unprocessed = [&](const auto&) {
    refused = refused < EventTable::kTries - 3 && rng.chance(0.3) ? refused + 1 : 0;
    return refused > 0;
  };
  for (int round = 0; round < 50; ++round) {
    peer_->items.clear();
    std::vector<event::Envelope> events;
    for (int i = rng.integer(0, 120); i > 0; --i) {
      events.push_back(sample_event(rng.integer(0, 30)));
      events.back().payload.conf = rng.uniform(0, 1);
    }
    const auto put = table_.put_events(events, {});
    ASSERT_TRUE(put) << put.error().message;
    std::map<std::string, double> last;
    for (const auto& envelope : events) last[envelope.event_id] = envelope.payload.conf;
    ASSERT_EQ(peer_->items.size(), last.size());
    for (const auto& envelope : events) ASSERT_EQ(conf_in_table(envelope), last[envelope.event_id]);
  }
}

TEST_F(EventTableWrites, ThrottledAndFailedCallsAreTriedAgainWithBackoff) {
  peer_->instead = [&](std::size_t request) -> std::optional<support::TablePeer::Answer> {
    if (request == 1) return throttled();
    if (request == 2) return net::Response{500, {}, R"({"__type":"InternalServerError"})"};
    if (request == 3) return std::unexpected(net::Failure{{ErrorKind::unavailable, "cut off"}, true});
    return std::nullopt;
  };
  const auto before = clock_.steady();
  ASSERT_TRUE(table_.put_events(std::vector{sample_event(1)}, {}));
  EXPECT_EQ(peer_->items.size(), 1U);
  EXPECT_GT(clock_.steady(), before) << "it did not wait between the tries";
}

TEST_F(EventTableWrites, GivesUpAfterATableThatTakesNothing) {
  peer_->unprocessed = [](const auto&) { return true; };
  const auto put = table_.put_events(std::vector{sample_event(1), sample_event(2)}, {});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::throttled);
  EXPECT_THAT(put.error().message, HasSubstr("events did not take 2 events"));
  EXPECT_EQ(peer_->batches.size(), std::size_t{EventTable::kTries});
}

TEST_F(EventTableWrites, DoesNotTryAgainWhatCannotHelp) {
  peer_->instead = [](std::size_t) -> std::optional<support::TablePeer::Answer> {
    return net::Response{400, {}, R"({"__type":"ResourceNotFoundException","message":"no table"})"};
  };
  EXPECT_EQ(table_.put_events(std::vector{sample_event(1)}, {}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(peer_->batches.size(), 1U);
}

TEST_F(EventTableWrites, WritesNothingWhenOneEventCanNeverBeWritten) {
  std::vector<event::Envelope> events{sample_event(1), sample_event(2)};
  events[1].payload.extras["blob"] = std::string(500'000, 'x');
  EXPECT_EQ(table_.put_events(events, {}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(table_.put_event(events[1], {}).error().kind, ErrorKind::invalid);
  EXPECT_TRUE(peer_->items.empty());
}

TEST_F(EventTableWrites, StopsBetweenTries) {
  std::stop_source stop;
  peer_->instead = [&](std::size_t) -> std::optional<support::TablePeer::Answer> {
    stop.request_stop();
    return throttled();
  };
  EXPECT_EQ(table_.put_events(std::vector{sample_event(1)}, stop.get_token()).error().kind,
            ErrorKind::cancelled);
  EXPECT_EQ(peer_->batches.size(), 1U);
}

}  // namespace
}  // namespace kinesight::publish

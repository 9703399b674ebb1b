// What the product relies on where it reads Kinesis Data Streams: shards and their lineage, iterators,
// records.
#include <algorithm>

#include "aws/services/kinesis.h"
#include "contract/peer.h"

namespace kinesight::contract {
namespace {

using aws::IteratorStart;
using aws::IteratorType;
using aws::RecordsPage;
using aws::Shard;
using nlohmann::json;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr aws::Service kService{.id = "Kinesis", .signing_name = "kinesis", .host_prefix = "kinesis"};
constexpr aws::JsonProtocol kProtocol{
    .service = "Kinesis", .content_type = "application/x-amz-json-1.1", .target = "Kinesis_20131202"};
const std::string kFirst = "shardId-000000000000";

/// A record that outlives its page.
struct Found {
  std::string key;
  std::string data;
  std::string sequence_number;
  std::int64_t arrived_ms = 0;
};

std::vector<std::string> data_of(const std::vector<Found>& records) {
  std::vector<std::string> data;
  for (const auto& record : records) data.push_back(record.data);
  return data;
}

class KinesisReadingContract : public ContractTest {
 protected:
  KinesisReadingContract() : ContractTest("KINESIS") {}

  /// A stream of the test's own, ready to use.
  void make_stream(int shards) {
    stream_ = unique("stream");
    ASSERT_TRUE(succeeds(kinesis_.create(stream_, {.on_demand = false, .shards = shards}, {})));
    await_active();
  }
  void await_active() {
    await([&] {
      const auto summary = kinesis_.describe(stream_, {});
      return summary && summary->status == "ACTIVE";
    });
  }
  std::vector<Shard> shards(int page = aws::Kinesis::kMaxPageShards) {
    const auto shards = kinesis_.list_shards(stream_, {}, page);
    EXPECT_TRUE(succeeds(shards));
    return shards.value_or(std::vector<Shard>());
  }
  Shard shard_named(const std::string& id) {
    for (auto& shard : shards()) {
      if (shard.id == id) return shard;
    }
    ADD_FAILURE() << id << " is not listed";
    return {};
  }
  /// The ids of the shards that came of that one.
  std::vector<std::string> children_of(const std::string& id) {
    std::vector<std::string> children;
    for (const auto& shard : shards()) {
      if (shard.parent == id || shard.adjacent_parent == id) children.push_back(shard.id);
    }
    return children;
  }
  void put(const std::string& data, const std::string& key = "key") {
    const auto outcomes = kinesis_.put_records(stream_, std::vector<aws::PutRecord>{{key, data}}, {});
    ASSERT_TRUE(succeeds(outcomes));
    ASSERT_EQ(outcomes->at(0).error_code, "");
  }
  std::string iterator(const std::string& shard, const IteratorStart& start) {
    const auto iterator = kinesis_.shard_iterator(stream_, shard, start, {});
    EXPECT_TRUE(succeeds(iterator));
    return iterator.value_or("");
  }
  /// What comes from an iterator on, to the shard's end or until a few answers in turn are empty. last_ is
  /// the last answer.
  std::vector<Found> read_from(std::string next, int limit = 10'000) {
    std::vector<Found> found;
    for (int empty = 0; empty < 3 && !next.empty();) {
      auto page = kinesis_.get_records(next, limit, {});
      EXPECT_TRUE(succeeds(page));
      if (!page) break;
      if (page->records.empty()) ++empty;
      EXPECT_LE(page->records.size(), static_cast<std::size_t>(limit));
      for (const auto& record : page->records) {
        found.push_back({std::string(record.partition_key), std::string(record.data),
                         std::string(record.sequence_number), record.arrived_ms});
      }
      next = page->next_iterator;
      last_ = std::move(*page);
    }
    return found;
  }
  std::vector<Found> read(const std::string& shard, const IteratorStart& start = {IteratorType::trim_horizon},
                          int limit = 10'000) {
    return read_from(iterator(shard, start), limit);
  }
  void split(const std::string& shard, const std::string& at) {
    ASSERT_TRUE(succeeds(raw_.send(
        "SplitShard", {{"StreamName", stream_}, {"ShardToSplit", shard}, {"NewStartingHashKey", at}})));
    await_active();
  }
  void merge(const std::string& shard, const std::string& adjacent) {
    ASSERT_TRUE(succeeds(
        raw_.send("MergeShards",
                  {{"StreamName", stream_}, {"ShardToMerge", shard}, {"AdjacentShardToMerge", adjacent}})));
    await_active();
  }

  std::string stream_;
  RecordsPage last_;
  aws::Kinesis kinesis_ = aws::Kinesis::make(session(), options()).value();
  RawJson raw_{session(), kService, kProtocol, options()};
};

constexpr auto kMiddle = "170141183460469231731687303715884105728";
constexpr auto kLast = "340282366920938463463374607431768211455";

TEST_F(KinesisReadingContract, ShardsComeInPages) {
  if (peer_is("moto")) GTEST_SKIP() << "moto wants the stream's name beside the NextToken, which AWS refuses";
  make_stream(5);
  const auto whole = shards();
  const auto paged = shards(2);
  ASSERT_THAT(whole, SizeIs(5));
  ASSERT_THAT(paged, SizeIs(5));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(paged[i].id, whole[i].id);
    EXPECT_EQ(whole[i].parent, "");
    EXPECT_TRUE(whole[i].open());
    EXPECT_NE(whole[i].starting_sequence_number, "");
  }
  EXPECT_EQ(whole.front().starting_hash_key, "0");
  EXPECT_EQ(whole.back().ending_hash_key, kLast);
}

TEST_F(KinesisReadingContract, RecordsComeBackByteByByteAndInOrder) {
  make_stream(1);
  const std::vector<std::string> data = {R"({"city_id":"a"})", std::string("\0\xff\n", 3), "kinesight"};
  for (const auto& one : data) put(one, "tür \"漢\" 🎥");
  const auto before = Clock::system().wall_ms() - 60'000;
  const auto found = read(kFirst);
  EXPECT_THAT(data_of(found), testing::ElementsAreArray(data));
  for (const auto& record : found) {
    EXPECT_EQ(record.key, "tür \"漢\" 🎥");
    EXPECT_GT(record.arrived_ms, before);
    EXPECT_LT(record.arrived_ms, before + 120'000);
  }
  EXPECT_TRUE(std::ranges::is_sorted(found, std::ranges::less_equal(), &Found::sequence_number));
  EXPECT_EQ(last_.millis_behind, 0);
  EXPECT_NE(last_.next_iterator, "") << "an open shard has no end";
}

TEST_F(KinesisReadingContract, ThePageIsAsLargeAsAsked) {
  make_stream(1);
  for (const auto* data : {"a", "b", "c", "d", "e"}) put(data);
  EXPECT_THAT(data_of(read(kFirst, {IteratorType::trim_horizon}, 2)), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(KinesisReadingContract, AnIteratorBeginsWhereItIsTold) {
  make_stream(1);
  for (const auto* data : {"a", "b", "c"}) put(data);
  const auto latest = iterator(kFirst, {IteratorType::latest});
  const auto found = read(kFirst);
  ASSERT_THAT(found, SizeIs(3));
  const auto& sequence = found[1].sequence_number;
  EXPECT_THAT(data_of(read(kFirst, {IteratorType::at_sequence_number, sequence})), ElementsAre("b", "c"));
  EXPECT_THAT(data_of(read(kFirst, {IteratorType::after_sequence_number, sequence})), ElementsAre("c"));
  EXPECT_THAT(read(kFirst, {IteratorType::after_sequence_number, found[2].sequence_number}), IsEmpty());
  put("d");
  EXPECT_THAT(data_of(read_from(latest)), ElementsAre("d"));
}

TEST_F(KinesisReadingContract, AnIteratorBeginsAtAMoment) {
  make_stream(1);
  put("a");
  const auto first = read(kFirst);
  ASSERT_THAT(first, SizeIs(1));
  // Some peers have times in whole seconds.
  await([&] { return Clock::system().wall_ms() > first[0].arrived_ms + 1000; });
  put("b");
  const auto both = read(kFirst);
  ASSERT_THAT(both, SizeIs(2));
  const auto at = [](std::int64_t ms) {
    return IteratorStart{.type = IteratorType::at_timestamp, .timestamp_ms = ms};
  };
  EXPECT_THAT(data_of(read(kFirst, at(first[0].arrived_ms - 3'600'000))), ElementsAre("a", "b"));
  EXPECT_THAT(data_of(read(kFirst, at(both[1].arrived_ms - 500))), ElementsAre("b"));
}

TEST_F(KinesisReadingContract, WhatIsNotThereIsNamed) {
  make_stream(1);
  const IteratorStart start{IteratorType::trim_horizon};
  EXPECT_TRUE(fails(kinesis_.shard_iterator(stream_, "shardId-000000000009", start, {}), ErrorKind::not_found,
                    "ResourceNotFoundException"));
  const auto absent = unique("absent");
  EXPECT_TRUE(fails(kinesis_.list_shards(absent, {}), ErrorKind::not_found, "ResourceNotFoundException"));
  EXPECT_TRUE(fails(kinesis_.shard_iterator(absent, kFirst, start, {}), ErrorKind::not_found));
}

TEST_F(KinesisReadingContract, ASplitShardEndsAndItsChildrenGoOn) {
  if (peer_is("moto")) GTEST_SKIP() << "moto moves records from parents to children";
  make_stream(1);
  put("a");
  const auto open = iterator(kFirst, {IteratorType::latest});
  split(kFirst, kMiddle);
  put("b");  // MD5("key") is 3c6e…: the lower half.

  const auto parent = shard_named(kFirst);
  EXPECT_FALSE(parent.open());
  const auto children = children_of(kFirst);
  ASSERT_THAT(children, SizeIs(2));
  const auto lower = shard_named(children[0]);
  EXPECT_TRUE(lower.open());
  EXPECT_EQ(lower.parent, kFirst);
  EXPECT_EQ(lower.adjacent_parent, "");
  EXPECT_EQ(lower.starting_hash_key, "0");
  EXPECT_EQ(shard_named(children[1]).starting_hash_key, kMiddle);
  EXPECT_EQ(shard_named(children[1]).ending_hash_key, kLast);

  EXPECT_THAT(data_of(read(kFirst)), ElementsAre("a"));
  EXPECT_EQ(last_.next_iterator, "") << "a closed shard has an end";
  std::vector<std::string> named;
  for (const auto& child : last_.children) {
    named.push_back(child.id);
    EXPECT_THAT(child.parents, ElementsAre(kFirst));
  }
  EXPECT_THAT(named, testing::UnorderedElementsAreArray(children));
  EXPECT_THAT(read_from(open), IsEmpty()) << "an iterator from before the split";
  EXPECT_EQ(last_.next_iterator, "");
  EXPECT_THAT(data_of(read(children[0])), ElementsAre("b"));
  EXPECT_THAT(read(children[1]), IsEmpty());
}

TEST_F(KinesisReadingContract, AMergedShardHasTwoParents) {
  if (peer_is("moto")) GTEST_SKIP() << "moto moves records from parents to children";
  make_stream(2);
  const std::string second = "shardId-000000000001";
  put("a");
  merge(kFirst, second);
  put("b");
  const auto children = children_of(kFirst);
  ASSERT_THAT(children, SizeIs(1));
  EXPECT_EQ(children, children_of(second));
  const auto child = shard_named(children[0]);
  EXPECT_THAT((std::vector{child.parent, child.adjacent_parent}), UnorderedElementsAre(kFirst, second));
  EXPECT_EQ(child.starting_hash_key, "0");
  EXPECT_EQ(child.ending_hash_key, kLast);
  for (const auto& parent : {kFirst, second}) {
    EXPECT_FALSE(shard_named(parent).open());
    EXPECT_THAT(data_of(read(parent)),
                parent == kFirst ? ElementsAre("a") : testing::Matcher<std::vector<std::string>>(IsEmpty()));
    EXPECT_EQ(last_.next_iterator, "");
    ASSERT_THAT(last_.children, SizeIs(1));
    EXPECT_EQ(last_.children[0].id, children[0]);
    EXPECT_THAT(last_.children[0].parents, UnorderedElementsAre(kFirst, second));
  }
  EXPECT_THAT(data_of(read(children[0])), ElementsAre("b"));
}

}  // namespace
}  // namespace kinesight::contract

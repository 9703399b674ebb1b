// A stream of the fake Kinesis that is split and merged while it is written to, read shard by shard as the
// lineage says, with throttles, expired iterators and restarts: every record comes once, each key's in order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "publish/kds/aggregation.h"
#include "stream/fake_stream.h"
#include "stream/shards/lineage.h"
#include "stream/shards/shard_reader.h"
#include "support/replay.h"

namespace kinesight::stream {
namespace {

using support::FaultKind;

/// Keeps records by key and the shard's position, and has the reader stop after so many batches: a restart.
class Durable final : public ShardSink {
 public:
  bool take(ShardBatch batch, std::stop_token) override {
    for (const auto& record : batch.records)
      by_key[std::string(record.partition_key)].emplace_back(record.data);
    positions[batch.shard] = batch.resume;
    idle = batch.records.empty() && batch.millis_behind == 0;
    return !idle && --batches_left != 0;
  }
  bool trouble(const ShardTrouble&) override { return true; }

  std::map<std::string, std::vector<std::string>> by_key;
  ShardPositions positions;
  bool idle = false;
  int batches_left = 0;
};

class ShardReaderOnTheFake : public testing::Test {
 protected:
  /// Puts records of ten keys, some of them packed together.
  void put(int count) {
    std::vector<std::string> held;
    for (int i = 0; i < count; ++i) {
      const auto key = fmt::format("city-{}", rng_.integer(0, 9));
      std::vector<std::string> data;
      for (int n = rng_.chance(0.5) ? rng_.integer(2, 5) : 1; n > 0; --n) {
        data.push_back(fmt::format("{:06}", next_++));
        sent_[key].push_back(data.back());
      }
      const std::vector<std::string_view> views(data.begin(), data.end());
      const auto packed = data.size() > 1 ? publish::aggregate(key, views).value() : data[0];
      ASSERT_TRUE(kinesis_.put_records("air", std::vector<aws::PutRecord>{{key, packed}}, {}));
    }
  }
  void reshard() {
    std::vector<std::string> open;
    for (const auto& shard : list()) {
      if (shard.open()) open.push_back(shard.id);
    }
    const auto at = static_cast<std::size_t>(rng_.integer(0, static_cast<int>(open.size()) - 1));
    if (rng_.chance(0.5) || open.size() == 1) {
      aws_.split_shard("air", open[at]);
      return;
    }
    for (const auto& other : open) {
      try {
        aws_.merge_shards("air", open[at], other);
        return;
      } catch (const std::exception&) {  // No neighbours.
      }
    }
  }
  std::vector<aws::Shard> list() { return kinesis_.list_shards("air", {}, 3).value(); }

  /// Reads one of the shards that may be read now, for a while. False when none has anything left.
  bool read_a_while() {
    const auto assignments = readable(list(), sink_.positions, {});
    bool all_idle = true;
    for (const auto& [shard, from] : assignments) {
      ShardReaderOptions options;
      options.page_records = rng_.integer(1, 7);
      ShardReader reader(source_, reader_clock_, sink_,
                         Rng(static_cast<std::uint64_t>(rng_.integer(0, 1000))), options);
      sink_.batches_left = rng_.integer(1, 6);
      const auto ended = reader.run(shard, from, {});
      EXPECT_TRUE(ended) << ended.error().message;
      all_idle = all_idle && sink_.idle && ended == ShardEnd::stopped;
    }
    return !all_idle;
  }

  Rng rng_{support::replay_seed()};
  FakeStream fake_{{.seed = 3}};
  support::FakeAws& aws_ = fake_.aws;
  aws::Kinesis& kinesis_ = fake_.kinesis;
  support::FakeClock reader_clock_{Clock::system().wall_seconds()};
  KinesisShards source_{kinesis_, "air"};
  Durable sink_;
  std::map<std::string, std::vector<std::string>> sent_;
  int next_ = 0;
};

TEST_F(ShardReaderOnTheFake, ReshardingThrottlesAndRestartsLoseNothingAndRepeatNothing) {
  aws_.create_stream("air", 2);
  put(30);
  sink_.positions = first_positions(list(), Position::trim_horizon());
  for (const auto& [code, probability] : {std::pair("ProvisionedThroughputExceededException", 0.1),
                                          std::pair("ExpiredIteratorException", 0.1)}) {
    aws_.faults().add({.kind = FaultKind::error,
                       .service = "kinesis",
                       .action = "GetRecords",
                       .probability = probability,
                       .status = 400,
                       .code = code});
  }
  aws_.faults().add(
      {.kind = FaultKind::internal_error, .service = "kinesis", .action = "GetRecords", .probability = 0.05});
  for (int round = 0; round < 12; ++round) {
    put(rng_.integer(5, 30));
    read_a_while();
    reshard();
    put(rng_.integer(0, 10));
  }
  for (int rounds = 0; read_a_while(); ++rounds) ASSERT_LT(rounds, 1000) << "it never ends";
  EXPECT_EQ(sink_.by_key, sent_);
  EXPECT_GE(list().size(), 10U) << "it was resharded";
}

}  // namespace
}  // namespace kinesight::stream

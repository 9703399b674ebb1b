// Shards given to processes as the KCL gives them, with everything that goes wrong in a night: processes that
// are killed at any moment, others that have lost their shard and do not know, tables and progress that
// fail, checkpoints that are not taken, and shards that were split and merged. The rows are those of seed
// 004's formula, each window's always the same, and each broken record is one letter.
#include <gmock/gmock.h>

#include <memory>

#include "stream/consumer/random_feed.h"
#include "stream/multilang/memory_progress.h"
#include "stream/multilang/shard_processor.h"
#include "stream/shards/lineage.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"

namespace kinesight::stream::multilang {
namespace {

/// A shard as it lies in the stream, and what the KCL knows of it.
struct Lease {
  aws::Shard shard;
  std::vector<aws::RecordsPage> pages;
  std::vector<UnpackedPage> unpacked;
  std::vector<ShardRecord> records;
  std::optional<Position> checkpoint;
  bool ended = false;
  bool read = false;  ///< To its end, which is no end of the shard.
};

/// A process with a shard, that knows of itself alone.
class Process final : public Checkpoints {
 public:
  Process(Lease& lease, const ShardProcessor::Parts& parts, const ProcessingOptions& options, Rng& rng)
      : lease_(lease),
        rng_(rng),
        processor_({parts.source, parts.tables, parts.progress, *this, parts.clock, parts.telemetry},
                   options) {}

  /// Some more records, or the shard's end; false: this process has ended.
  bool go_on() {
    if (!begun_) {
      const Position from = lease_.checkpoint.value_or(Position::trim_horizon());
      while (lease_.checkpoint && at_ < lease_.records.size() && !is(lease_.records[at_], from)) ++at_;
      if (lease_.checkpoint) ++at_;
      begun_ = true;
      return static_cast<bool>(processor_.begin({lease_.shard.id, from}, {}));
    }
    const auto count =
        std::min<std::size_t>(static_cast<std::size_t>(rng_.integer(0, 30)), lease_.records.size() - at_);
    ProcessRecords message{.millis_behind = 1};
    for (std::size_t i = 0; i < count; ++i) message.records.push_back(lease_.records[at_ + i]);
    at_ += count;
    if (!processor_.take(message, {})) return false;
    if (at_ < lease_.records.size()) return true;
    if (lease_.shard.open()) {
      if (owns) lease_.read = true;
      return false;
    }
    (void)processor_.end({});
    return false;
  }

  Result<> checkpoint(const std::optional<Position>& at, std::stop_token) override {
    if (rng_.chance(0.02)) return fail(ErrorKind::unavailable, "the daemon is gone");
    if (!owns || rng_.chance(0.1)) return {};
    if (!at) lease_.ended = true;
    lease_.checkpoint = at;
    return {};
  }

  bool owns = true;

 private:
  static bool is(const ShardRecord& record, const Position& at) {
    return record.sequence_number == at.sequence_number && record.sub_sequence == at.sub_sequence;
  }

  Lease& lease_;
  Rng& rng_;
  ShardProcessor processor_;
  std::size_t at_ = 0;
  bool begun_ = false;
};

class ShardsUnderTheKcl : public testing::TestWithParam<int> {
 protected:
  ShardsUnderTheKcl() {
    fake_.aws.create_stream("air", 3);
    options_.windows.lateness_seconds = RandomFeed::kLatenessMs / 1000;
    options_.consume.idle_seconds = 0;
    tables_.failing = progress_.failing = 0.01;
  }

  void read_stream() {
    const auto listed = fake_.kinesis.list_shards("air", {}).value();
    for (const auto& shard : listed) {
      Lease& lease = leases_[shard.id];
      lease.shard = shard;
      auto iterator =
          fake_.kinesis.shard_iterator("air", shard.id, {.type = aws::IteratorType::trim_horizon}, {})
              .value();
      while (!iterator.empty()) {
        lease.pages.push_back(fake_.kinesis.get_records(iterator, 100, {}).value());
        const auto& page = lease.pages.back();
        if (page.records.empty() && page.millis_behind == 0 && shard.open()) break;
        iterator = page.next_iterator;
      }
      for (const auto& page : lease.pages) lease.unpacked.push_back(unpack(page, Position::trim_horizon()));
      for (const auto& page : lease.unpacked)
        std::ranges::copy(page.records, std::back_inserter(lease.records));
    }
  }

  bool waits_for_parents(const Lease& lease) const {
    for (const auto& parent : {lease.shard.parent, lease.shard.adjacent_parent})
      if (!parent.empty() && !leases_.at(parent).ended) return true;
    return false;
  }

  /// The shards that there is something to do with.
  std::vector<Lease*> ready() {
    std::vector<Lease*> ready;
    for (auto& [id, lease] : leases_)
      if (!lease.ended && !lease.read && !waits_for_parents(lease)) ready.push_back(&lease);
    return ready;
  }

  void step(Lease& lease) {
    auto& process = owners_[lease.shard.id];
    if (process && rng_.chance(0.05)) {  // Killed, or cut off.
      process->owns = false;
      if (rng_.chance(0.4)) zombies_.push_back(std::move(process));
      process.reset();
    }
    if (!process)
      process = std::make_unique<Process>(
          lease, ShardProcessor::Parts{source_, tables_, progress_, nobody_, Clock::system(), telemetry_},
          options_, rng_);
    if (!process->go_on()) process.reset();
    if (!zombies_.empty() && rng_.chance(0.3)) {
      auto& zombie =
          zombies_[static_cast<std::size_t>(rng_.integer(0, static_cast<int>(zombies_.size()) - 1))];
      if (!zombie->go_on()) std::swap(zombie, zombies_.back()), zombies_.pop_back();
    }
  }

  struct Nobody final : Checkpoints {
    Result<> checkpoint(const std::optional<Position>&, std::stop_token) override { return {}; }
  };

  Rng rng_{support::replay_seed()};
  FakeStream fake_{{.seed = 3, .check_signatures = false}};
  RandomFeed feed_{fake_, static_cast<std::uint64_t>(rng_.integer(0, 1'000'000'000))};
  KinesisShards source_{fake_.kinesis, "air"};
  FlakyTables tables_{static_cast<std::uint64_t>(rng_.integer(0, 1'000'000))};
  MemoryProgress progress_{static_cast<std::uint64_t>(rng_.integer(0, 1'000'000))};
  Nobody nobody_;
  support::TelemetryFixture telemetry_;
  ProcessingOptions options_;
  std::map<std::string, Lease> leases_;
  std::map<std::string, std::unique_ptr<Process>> owners_;
  std::vector<std::unique_ptr<Process>> zombies_;
};

TEST_P(ShardsUnderTheKcl, EveryGoodRecordIsInOneWindowWhoeverHasItsShard) {
  for (int round = 0; round < 6; ++round) {
    feed_.put_some(rng_.integer(10, 60));
    feed_.reshard();
  }
  feed_.put_some(rng_.integer(10, 60));
  feed_.put_tomorrow();
  read_stream();
  int steps = 0;
  for (auto shards = ready(); !shards.empty(); shards = ready()) {
    ASSERT_LT(++steps, 20'000) << "no end in sight";
    step(*shards[static_cast<std::size_t>(rng_.integer(0, static_cast<int>(shards.size()) - 1))]);
  }
  feed_.expect_all(tables_);
}

// Each has a seed of its own.
INSTANTIATE_TEST_SUITE_P(Runs, ShardsUnderTheKcl, testing::Range(0, 100));

}  // namespace
}  // namespace kinesight::stream::multilang

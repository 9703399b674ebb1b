// The consumer over the fake Kinesis, with everything that goes wrong in a night: shards split and merged
// while they are read, throttles, iterators that expire, tables that fail, restarts at any moment, records
// that come twice, late, or broken. Every good record is in exactly one window, and every broken one among
// the letters.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "stream/consumer/consumer.h"
#include "stream/consumer/random_feed.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

using support::FaultKind;

class ConsumerOnTheFake : public testing::TestWithParam<int> {
 protected:
  ConsumerOnTheFake() {
    fake_.aws.create_stream("air", 4);
    options_.windows.lateness_seconds = RandomFeed::kLatenessMs / 1000;
    options_.consume.idle_seconds = 0;
    options_.consume.batch_records = 50;
  }

  /// Runs consumers one after the other, each from where the one before was kept, until all is in the tables.
  void consume(FlakyTables& tables) {
    const auto deadline = Clock::system().steady() + std::chrono::seconds(60);
    while (!complete(tables)) {
      ASSERT_LT(Clock::system().steady(), deadline)
          << tables.windows.size() << " of " << feed_.windows() << " windows, " << tables.letters.size()
          << " of " << feed_.letters() << " letters; the last run: " << last_;
      auto state = StreamState::open(folder_.path(), "air").value();
      std::stop_source stop;
      tables.on_put = [&] {
        if (complete(tables) || Clock::system().steady() >= deadline) stop.request_stop();
      };
      KinesisShards source(fake_.kinesis, "air");
      Consumer consumer({source, tables, state, Clock::system(), telemetry_}, options_,
                        Position::trim_horizon(), reading());
      const auto ended = consumer.run(stop.get_token());
      last_ = ended ? "stopped" : ended.error().message;
    }
  }

  bool complete(const FlakyTables& tables) const {
    return written_.load() && tables.windows.size() >= feed_.windows() &&
           tables.letters.size() >= feed_.letters();
  }

  ShardReaderOptions reading() {
    return {.page_records = reading_rng_.integer(1, 20),
            .shortest_pause_seconds = 0,
            .longest_pause_seconds = 0.002,
            .throttled = {.initial_seconds = 0.001, .max_seconds = 0.002},
            .failed = {.initial_seconds = 0.001, .max_seconds = 0.002}};
  }

  Rng rng_{support::replay_seed()};
  Rng reading_rng_{1};
  FakeStream fake_{{.seed = 3, .check_signatures = false}};
  RandomFeed feed_{fake_, static_cast<std::uint64_t>(rng_.integer(0, 1'000'000'000))};  ///< The writer's.
  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  ProcessingOptions options_;
  std::string last_;                  ///< How the last consumer ended.
  std::atomic<bool> written_{false};  ///< What the writer is done with is the test's again.
};

TEST_P(ConsumerOnTheFake, EveryGoodRecordIsInOneWindowWhateverFails) {
  for (const auto& [code, probability] : {std::pair("ProvisionedThroughputExceededException", 0.05),
                                          std::pair("ExpiredIteratorException", 0.05)}) {
    fake_.aws.faults().add({.kind = FaultKind::error,
                            .service = "kinesis",
                            .action = "GetRecords",
                            .probability = probability,
                            .status = 400,
                            .code = code});
  }
  FlakyTables tables(static_cast<std::uint64_t>(rng_.integer(0, 1'000'000)));
  tables.failing = 0.03;
  for (int round = 0; round < 6; ++round) {
    feed_.put_some(rng_.integer(10, 60));
    feed_.reshard();
  }
  // The rest comes while it is read.
  std::jthread writer([this] {
    for (int round = 0; round < 4; ++round) {
      feed_.put_some(20);
      feed_.reshard();
    }
    feed_.put_tomorrow();
    written_.store(true);
  });
  consume(tables);
  feed_.expect_all(tables);
}

// Each has a seed of its own.
INSTANTIATE_TEST_SUITE_P(Runs, ConsumerOnTheFake, testing::Range(0, 100));

}  // namespace
}  // namespace kinesight::stream

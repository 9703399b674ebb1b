#include "stream/state/stream_state.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "stream/windows/watermarks.h"
#include "support/replay.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

using testing::HasSubstr;
using Numbers = std::vector<std::optional<double>>;

const WindowShape kShape{.size_ms = 100, .slide_ms = 100};
const std::vector<Aggregate> kAggregates = {{"count", Function::count},
                                            {"avg", Function::avg, 0},
                                            {"last", Function::last, 0},
                                            {"p90", Function::quantile, 0, 0.9}};

Windows fresh() { return Windows(kShape, kAggregates, /*tracking=*/true); }

struct Sample {
  std::string key;
  std::int64_t event_ms = 0;
  std::optional<double> number{};
  std::uint64_t id = 0;
};

using Shards = std::map<std::string, std::vector<Sample>>;

/// Records whose event time grows, with some disorder, duplicates and records without the field.
Shards random_shards(std::mt19937_64& random) {
  Shards shards;
  for (const char* name : {"shard-0", "shard-1", "shard-2"}) {
    std::int64_t now = 0;
    for (int i = 0; i < 120; ++i) {
      now += static_cast<std::int64_t>(random() % 20);
      Sample sample{.key = std::string(1, static_cast<char>('a' + random() % 3)),
                    .event_ms = std::max<std::int64_t>(0, now - static_cast<std::int64_t>(random() % 40)),
                    .id = random() | 1};
      if (random() % 10) sample.number = static_cast<double>(random() % 1000) / 8;
      auto& samples = shards[name];
      samples.push_back(!samples.empty() && random() % 8 == 0 ? samples[random() % samples.size()] : sample);
    }
  }
  return shards;
}

/// A consumer that is killed now and then: what it did since its last commit is gone.
class Consumer {
 public:
  Consumer(std::filesystem::path folder, const Shards& shards) : folder_(std::move(folder)), shards_(shards) {
    begin();
  }

  void begin() {
    state_.emplace(StreamState::open(folder_, "feed").value());
    windows_.emplace(kShape, kAggregates, /*tracking=*/true);
    marks_.emplace(40);
    positions_ = state_->load(*windows_).value();
    results_.clear();
    std::map<std::string, std::optional<std::int64_t>> came_to;
    for (const auto& [shard, samples] : shards_) came_to[shard] = positions_[shard].watermark_ms;
    const std::int64_t ended = windows_->ended_ms();
    marks_->restore(ended > 0 ? std::optional(ended) : std::nullopt, came_to);
  }

  /// Reads one record of the shard; false when there is none.
  bool read(const std::string& shard) {
    auto& at = positions_[shard];
    const bool begun = at.position.kind == Position::Kind::record;
    const std::size_t next = begun ? std::stoul(at.position.sequence_number) + 1 : 0;
    const auto& samples = shards_.at(shard);
    if (next == samples.size()) return false;
    const Sample& sample = samples[next];
    windows_->add(sample.key, sample.event_ms, Numbers{sample.number}, sample.id);
    marks_->seen(shard, sample.event_ms);
    at.position = Position::after(std::to_string(next), 0);
    at.watermark_ms = marks_->of(shard);
    if (next + 1 == samples.size()) marks_->close(shard, {});
    if (marks_->watermark()) end(*marks_->watermark());
    return true;
  }

  void end(std::int64_t watermark) {
    windows_->end(watermark, [&](WindowResult result) { results_.push_back(std::move(result)); });
  }

  void commit() {
    ASSERT_TRUE(state_->commit(*windows_, positions_, results_));
    results_.clear();
  }

  std::vector<WindowResult> all() {
    std::vector<WindowResult> all;
    auto pending = state_->pending(100'000).value();
    for (auto& one : pending) all.push_back(std::move(one.result));
    std::ranges::sort(all, {}, [](const auto& one) { return std::pair(one.start_ms, one.key); });
    return all;
  }

 private:
  const std::filesystem::path folder_;
  const Shards& shards_;
  std::optional<StreamState> state_;
  std::optional<Windows> windows_;
  std::optional<Watermarks> marks_;
  Positions positions_;
  std::vector<WindowResult> results_;
};

/// Every record in the order in which its event comes: the same for each shard order, as none is late.
std::vector<WindowResult> without_interruption(const Shards& shards) {
  Windows windows = fresh();
  for (const auto& [shard, samples] : shards)
    for (const auto& one : samples) windows.add(one.key, one.event_ms, Numbers{one.number}, one.id);
  std::vector<WindowResult> results;
  windows.end(1'000'000, [&](WindowResult result) { results.push_back(std::move(result)); });
  return results;
}

TEST(StreamState, AConsumerThatIsKilledLosesNothingAndCountsNothingTwice) {
  std::mt19937_64 random(support::replay_seed());
  for (int round = 0; round < 20 && !testing::Test::HasFailure(); ++round) {
    const support::TempFolder folder;
    const Shards shards = random_shards(random);
    Consumer consumer(folder.path(), shards);
    std::vector<std::string> open = {"shard-0", "shard-1", "shard-2"};
    for (int steps = 0; !open.empty() && steps < 20'000; ++steps) {
      if (random() % 10 == 0) consumer.commit();
      if (random() % 40 == 0) {
        consumer.begin();
        open = {"shard-0", "shard-1", "shard-2"};
      }
      const std::size_t which = random() % open.size();
      if (!consumer.read(open[which])) open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
    }
    consumer.end(1'000'000);
    consumer.commit();
    EXPECT_EQ(consumer.all(), without_interruption(shards));
  }
}

TEST(StreamState, KeepsResultsUntilTheyAreDelivered) {
  const support::TempFolder folder;
  const std::vector<WindowResult> results = {{"a", 0, 100, 3, {1.5, std::nullopt}},
                                             {"b", 0, 100, 1, {2.0, 3.0}}};
  {
    auto state = StreamState::open(folder.path(), "feed").value();
    Windows windows = fresh();
    ASSERT_TRUE(state.commit(windows, {}, results));
  }
  auto state = StreamState::open(folder.path(), "feed").value();
  const auto first = state.pending(1).value();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].result, results[0]);
  ASSERT_TRUE(state.delivered(first[0].id));
  const auto rest = state.pending(10).value();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].result, results[1]);
}

/// While it lives no file of this process grows beyond so many bytes.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

// SQLite rolls back by itself when the disk is full: nothing may be written after that, or it stays alone.
TEST(StreamState, AFullDiskLeavesAllAsItWas) {
  const support::TempFolder folder;
  {
    auto state = StreamState::open(folder.path(), "feed").value();
    Windows windows = fresh();
    ASSERT_TRUE(state.load(windows));
    windows.add("before", 50, Numbers{1.0}, 1);
    ASSERT_TRUE(state.commit(windows, {{"shard-0", {Position::after("1", 0), 10}}}, {}));
    const FullDisk full(1024 * 1024);
    for (int i = 0; i < 60'000; ++i) windows.add("key-" + std::to_string(i), 50, Numbers{1.0}, 0);
    windows.add("before", 50, Numbers{1.0}, 2);
    EXPECT_FALSE(state.commit(windows, {{"shard-0", {Position::after("9", 0), 10}}}, {}));
  }
  auto state = StreamState::open(folder.path(), "feed").value();
  Windows windows = fresh();
  EXPECT_EQ(state.load(windows).value().at("shard-0").position, Position::after("1", 0));
  EXPECT_EQ(windows.open_keys(), 1U);
  std::vector<WindowResult> results;
  windows.end(1000, [&](WindowResult one) { results.push_back(std::move(one)); });
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].records, 1);
}

TEST(StreamState, TakesNoWindowsThatWereMadeOfSomethingElse) {
  const support::TempFolder folder;
  auto state = StreamState::open(folder.path(), "feed").value();
  Windows windows = fresh();
  ASSERT_TRUE(state.load(windows, "fields pm25_value"));
  EXPECT_TRUE(state.load(windows, "fields pm25_value"));
  const auto other = state.load(windows, "fields pm10_value");
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("fields pm25_value"));
}

TEST(StreamState, RemembersPositions) {
  const support::TempFolder folder;
  const Positions positions = {{"shard-0", {Position::after("49600000000000000001", 3), 12}},
                               {"shard-1", {Position::ended(), {}}},
                               {"shard-2", {Position::at(1'700'000'000'125), {}}}};
  {
    auto state = StreamState::open(folder.path(), "feed").value();
    Windows windows = fresh();
    ASSERT_TRUE(state.load(windows).value().empty());
    ASSERT_TRUE(state.commit(windows, positions, {}));
  }
  auto state = StreamState::open(folder.path(), "feed").value();
  Windows windows = fresh();
  EXPECT_EQ(state.load(windows).value(), positions);
  ASSERT_TRUE(state.forget(std::vector<std::string>{"shard-1", "shard-2"}));
  EXPECT_EQ(state.load(windows).value().size(), 1U);
}

TEST(StreamState, TakesNeitherAnotherStreamsStateNorThatOfOtherWindows) {
  const support::TempFolder folder;
  {
    auto state = StreamState::open(folder.path(), "feed").value();
    Windows windows = fresh();
    ASSERT_TRUE(state.load(windows));
  }
  const auto other = StreamState::open(folder.path(), "other");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::invalid);
  EXPECT_THAT(other.error().message, HasSubstr("is of the stream 'feed', not of 'other'"));
  auto state = StreamState::open(folder.path(), "feed").value();
  Windows longer({.size_ms = 200, .slide_ms = 200}, kAggregates, true);
  const auto loaded = state.load(longer);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("state_directory"));
}

}  // namespace
}  // namespace kinesight::stream

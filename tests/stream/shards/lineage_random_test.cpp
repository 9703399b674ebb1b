// A stream that is split, merged and trimmed at random, read in any order that the lineage allows, with
// restarts: all records come once, and those of a key in their order.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.h"
#include "stream/shards/lineage.h"
#include "support/replay.h"

namespace kinesight::stream {
namespace {

constexpr int kKeys = 64;

/// A shard of the model: the keys [first, last], and the records that came while it was open.
struct ModelShard {
  aws::Shard shard;
  int first = 0;
  int last = kKeys - 1;
  std::vector<std::pair<int, int>> records{};  ///< Key, number in the order of the stream.
};

/// A stream that grows, and changes its shards, at random.
class Model {
 public:
  Model(Rng& rng, int shards) : rng_(rng) {
    for (int i = 0; i < shards; ++i) add(i * kKeys / shards, (i + 1) * kKeys / shards - 1);
  }

  void change() {
    const int what = rng_.integer(0, 9);
    if (what < 6) put();
    if (what == 6 || what == 7) split();
    if (what == 8) merge();
    if (what == 9) trim();
  }
  void trim() {
    const auto& victim = shards_[static_cast<std::size_t>(pick(shards_.size()))];
    // What is older goes first, and a parent is older than its children.
    if (victim.shard.open() || find(victim.shard.parent) || find(victim.shard.adjacent_parent)) return;
    trimmed_[victim.shard.id] = victim;
    std::erase_if(shards_, [id = victim.shard.id](const ModelShard& shard) { return shard.shard.id == id; });
  }
  std::vector<aws::Shard> list() {
    std::vector<aws::Shard> listed;
    for (const auto& shard : shards_) listed.push_back(shard.shard);
    std::ranges::shuffle(listed, engine_);
    return listed;
  }
  const ModelShard* find(const std::string& id) const {
    const auto found = std::ranges::find(shards_, id, [](const ModelShard& shard) { return shard.shard.id; });
    return found == shards_.end() ? nullptr : &*found;
  }
  const std::vector<ModelShard>& shards() const { return shards_; }
  const std::map<std::string, ModelShard>& trimmed() const { return trimmed_; }

 private:
  int pick(std::size_t size) { return rng_.integer(0, static_cast<int>(size) - 1); }
  ModelShard& add(int first, int last, const std::string& parent = "", const std::string& adjacent = "") {
    ModelShard shard{.shard = {.id = fmt::format("shard-{}", next_shard_++),
                               .parent = parent,
                               .adjacent_parent = adjacent},
                     .first = first,
                     .last = last};
    return shards_.emplace_back(std::move(shard));
  }
  void put() {
    for (int i = 0; i < 5; ++i) {
      const int key = rng_.integer(0, kKeys - 1);
      for (auto& shard : shards_) {
        if (shard.shard.open() && key >= shard.first && key <= shard.last)
          shard.records.emplace_back(key, next_record_++);
      }
    }
  }
  void split() {
    auto& shard = shards_[static_cast<std::size_t>(pick(shards_.size()))];
    if (!shard.shard.open() || shard.first == shard.last) return;
    shard.shard.ending_sequence_number = "9";
    const int at = rng_.integer(shard.first + 1, shard.last);
    const auto [first, last, id] = std::tuple(shard.first, shard.last, shard.shard.id);
    add(first, at - 1, id);
    add(at, last, id);
  }
  void merge() {
    auto& lower = shards_[static_cast<std::size_t>(pick(shards_.size()))];
    for (auto& upper : shards_) {
      if (!lower.shard.open() || !upper.shard.open() || lower.last + 1 != upper.first) continue;
      lower.shard.ending_sequence_number = upper.shard.ending_sequence_number = "9";
      const auto [first, last] = std::pair(lower.first, upper.last);
      const auto [one, other] = std::pair(lower.shard.id, upper.shard.id);
      rng_.chance(0.5) ? add(first, last, one, other) : add(first, last, other, one);
      return;
    }
  }

  Rng& rng_;
  std::mt19937_64 engine_{static_cast<std::uint64_t>(rng_.integer(0, 1 << 30))};
  std::vector<ModelShard> shards_;
  std::map<std::string, ModelShard> trimmed_;
  int next_shard_ = 0;
  int next_record_ = 0;
};

/// Reads the model as a consumer does, a few records at a time, any of the shards that it may.
class Consumer {
 public:
  Consumer(Model& model, Rng& rng, const Position& start)
      : model_(model), rng_(rng), positions_(first_positions(model.list(), start)) {}

  /// Reads on somewhere; false when there is nothing to do.
  bool step(int most) {
    const auto listed = model_.list();
    for (const auto& lost : trimmed_unread(listed, positions_, reading_))
      positions_[lost] = Position::ended();
    for (const auto& assignment : readable(listed, positions_, reading_)) {
      EXPECT_TRUE(parents_are_done(assignment.shard)) << assignment.shard;
      EXPECT_TRUE(reading_.insert(assignment.shard).second);
    }
    if (rng_.chance(0.2)) {
      for (const auto& gone : forgettable(listed, positions_)) positions_.erase(gone);
    }
    bool moved = false;
    for (const auto& shard : std::vector(reading_.begin(), reading_.end()))
      moved |= read(shard, rng_.integer(0, most));
    return moved;
  }
  /// Forgets what is not durable.
  void restart() { reading_.clear(); }

  std::map<int, std::vector<int>> by_key;    ///< What came, in the order in which it came.
  std::map<std::string, std::size_t> taken;  ///< Records of each shard.

 private:
  bool parents_are_done(const std::string& id) const {
    const auto* shard = model_.find(id);
    for (const auto& parent : {shard->shard.parent, shard->shard.adjacent_parent}) {
      const auto* found = model_.find(parent);
      if (found && !positions_.at(parent).has_ended()) return false;
    }
    return true;
  }
  /// As a reader does: the position is durable with the records, and the end is told once all are read.
  bool read(const std::string& id, int most) {
    const auto* shard = model_.find(id);
    if (!shard) {  // Trimmed while it was being read.
      reading_.erase(id);
      positions_[id] = Position::ended();
      return true;
    }
    auto& at = taken[id];
    const std::size_t before = at;
    for (; at < shard->records.size() && most > 0; ++at, --most) {
      by_key[shard->records[at].first].push_back(shard->records[at].second);
    }
    if (at > before) positions_[id] = Position::after("1", static_cast<std::int64_t>(at) - 1);
    if (shard->shard.open() || at < shard->records.size()) return at > before;
    positions_[id] = Position::ended();
    reading_.erase(id);
    return true;
  }

  Model& model_;
  Rng& rng_;
  ShardPositions positions_;
  std::set<std::string> reading_;
};

void expect_all_in_order(const Model& model, const Consumer& consumer) {
  for (const auto& [key, numbers] : consumer.by_key) {
    EXPECT_TRUE(std::ranges::is_sorted(numbers, std::ranges::less_equal())) << "key " << key;
  }
  for (const auto& shard : model.shards()) {
    const auto found = consumer.taken.find(shard.shard.id);
    EXPECT_EQ(found == consumer.taken.end() ? 0 : found->second, shard.records.size()) << shard.shard.id;
  }
}

TEST(ShardLineageAtRandom, AllRecordsComeOnceAndEachKeysInOrder) {
  Rng rng(support::replay_seed());
  std::size_t records = 0;
  std::size_t trimmed = 0;
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    Model model(rng, rng.integer(1, 4));
    for (int i = rng.integer(0, 40); i > 0; --i) model.change();
    Consumer consumer(model, rng, Position::trim_horizon());
    for (int i = 0; i < 100; ++i) {
      model.change();
      consumer.step(rng.integer(0, 8));
      if (rng.chance(0.05)) consumer.restart();
    }
    int steps = 0;
    while (consumer.step(100)) ASSERT_LT(++steps, 1000) << "it never ends";
    for (int i = 0; i < 100; ++i) consumer.step(100);  // A step may have read none by chance.
    expect_all_in_order(model, consumer);
    for (const auto& [key, numbers] : consumer.by_key) records += numbers.size();
    trimmed += model.trimmed().size();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(records, 10'000U);
  EXPECT_GT(trimmed, 50U);
}

TEST(ShardLineageAtRandom, FromTheTipNothingIsMissedThatComesLater) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    Model model(rng, rng.integer(1, 4));
    for (int i = rng.integer(0, 40); i > 0; --i) model.change();
    std::map<std::string, std::size_t> before;
    for (const auto& shard : model.shards()) before[shard.shard.id] = shard.records.size();
    Consumer consumer(model, rng, Position::latest());
    consumer.taken = before;  // An iterator at the tip.
    for (int i = 0; i < 60; ++i) {
      model.change();
      consumer.step(rng.integer(0, 8));
      if (rng.chance(0.05)) consumer.restart();
    }
    for (int i = 0; i < 200; ++i) consumer.step(100);
    expect_all_in_order(model, consumer);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace kinesight::stream

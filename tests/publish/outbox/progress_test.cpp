// Progress, against a model that remembers every entry by itself.
#include "publish/outbox/progress.h"

#include "base/rng.h"
#include "publish/outbox/outbox_fixture.h"

namespace kinesight::publish::outbox {
namespace {

std::vector<std::uint64_t> just(std::uint64_t sequence) { return {sequence}; }

TEST(ProgressTest, KeepsWhatIsDoneOutOfOrder) {
  Progress progress("kds", {});
  for (std::uint64_t i = 1; i <= 4; ++i) EXPECT_TRUE(progress.read(i, 0, {}).wanted);
  progress.mark(std::vector<std::uint64_t>{1, 2, 3});
  progress.deliver(just(2));
  EXPECT_EQ(progress.needed(), 1u);
  const CursorState state = progress.state();
  EXPECT_EQ(state.next, 4u);
  EXPECT_EQ(state.outstanding, (std::vector<Outstanding>{{1, true}, {3, true}}));

  Progress again("kds", state);
  EXPECT_EQ(again.resume_at(), 1u);
  EXPECT_TRUE(again.read(1, 0, {}).wanted);
  EXPECT_FALSE(again.read(2, 0, {}).wanted) << "it is in the sink";
  EXPECT_TRUE(again.read(3, 0, {}).wanted);
  EXPECT_TRUE(again.read(4, 0, {}).wanted);
  EXPECT_TRUE(again.maybe_sent(1));
  EXPECT_TRUE(again.maybe_sent(3));
  EXPECT_FALSE(again.maybe_sent(4));
}

TEST(ProgressTest, CountsAsUncertainWhatIsSentOnceMoreWithAnUnknownFate) {
  Progress progress("kds", {});
  for (std::uint64_t i = 1; i <= 2; ++i) (void)progress.read(i, 0, {});
  progress.mark(std::vector<std::uint64_t>{1, 2});
  progress.clear_marks(just(2));  // It is known that 2 did not arrive; nothing is known of 1.
  progress.mark(std::vector<std::uint64_t>{1, 2});
  EXPECT_EQ(progress.state().uncertain, 1u);
  progress.undo_mark();
  EXPECT_EQ(progress.state().uncertain, 0u);
  EXPECT_TRUE(progress.maybe_sent(1));
  EXPECT_FALSE(progress.maybe_sent(2));
}

TEST(ProgressTest, WhatIsLostIsCountedOnce) {
  Progress progress("kds", {});
  EXPECT_EQ(progress.read(4, 0, {}).lost, 3u);
  progress.mark(just(4));
  Progress again("kds", progress.state());
  EXPECT_EQ(again.read(4, 0, {}).lost, 0u);
  EXPECT_EQ(again.state().dropped, 3u);
}

TEST(ProgressTest, WhatWasReadCanStillBeSentWhenItsFileIsGone) {
  Progress progress("kds", {});
  for (std::uint64_t i = 1; i <= 3; ++i) (void)progress.read(i, 0, {});
  EXPECT_EQ(progress.skip_to({.sequence = 11}), 7u) << "4 to 10 were never read";
  progress.mark(std::vector<std::uint64_t>{1, 2, 3});
  progress.deliver(std::vector<std::uint64_t>{1, 3});
  EXPECT_EQ(progress.state().delivered, 2u);

  Progress again("kds", progress.state());
  EXPECT_EQ(again.skip_to({.sequence = 11}), 1u) << "2 was in memory only";
  EXPECT_EQ(again.state().dropped, 8u);
  EXPECT_EQ(again.needed(), 11u);
}

/// A log in which every entry is known, and what became of it for the sink "kds".
struct Model {
  enum class Fate { waiting, sent, delivered, buried, lost };
  struct Row {
    bool mine = true;
    bool damaged = false;
    bool marked = false;
    Fate fate = Fate::waiting;
  };
  std::vector<Row> rows;    // Row i has sequence i + 1.
  std::uint64_t start = 1;  // Of the log.
  std::uint64_t uncertain = 0;

  Row& at(std::uint64_t sequence) { return rows[sequence - 1]; }
  std::uint64_t end() const { return rows.size() + 1; }
  Boundary boundary(std::uint64_t sequence) const {
    Boundary boundary{.sequence = sequence};
    for (std::uint64_t i = 1; i < sequence; ++i) {
      if (!rows[i - 1].mine) ++boundary.targeted["ddb"];
    }
    return boundary;
  }
  std::uint64_t count(Fate fate) const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(rows, [&](const Row& row) { return row.mine && row.fate == fate; }));
  }
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : rng_(seed), progress_("kds", CursorState{}) {}

  void step() {
    switch (rng_.integer(0, 11)) {
      case 0:
      case 1:
      case 2:
        return append();
      case 3:
      case 4:
      case 5:
        return read();
      case 6:
      case 7:
        return send();
      case 8:
      case 9:
        return settle();
      case 10:
        return rng_.chance(0.2) ? drop() : read();
      default:
        return rng_.chance(0.3) ? crash() : settle();
    }
  }

  void finish() {
    for (int i = 0; i < 3; ++i) {
      crash();
      while (position_ < model_.end()) read();
      while (!in_hand_.empty()) {
        send();
        settle();
      }
    }
    check();
    EXPECT_EQ(model_.count(Model::Fate::waiting) + model_.count(Model::Fate::sent), 0u);
    EXPECT_EQ(progress_.needed(), model_.end());
  }

  void check() {
    const auto& state = progress_.state();
    EXPECT_EQ(state.delivered, model_.count(Model::Fate::delivered));
    EXPECT_EQ(state.dead, model_.count(Model::Fate::buried));
    EXPECT_EQ(state.uncertain, model_.uncertain);
    EXPECT_EQ(state.base + state.done() + state.outstanding.size(),
              model_.boundary(std::min(state.next, model_.end())).accepted("kds"));
  }

 private:
  void append() {
    for (int i = rng_.integer(1, 20); i > 0; --i) {
      const bool mine = rng_.chance(0.9);
      model_.rows.push_back({.mine = mine, .damaged = mine && rng_.chance(0.02)});
    }
  }

  void read() {
    for (int i = rng_.integer(1, 15); i > 0 && position_ < model_.end(); --i, ++position_) {
      auto& row = model_.at(position_);
      if (row.damaged) continue;
      if (!row.mine) {
        (void)progress_.pass(position_);
        continue;
      }
      const auto seen = progress_.read(position_, 0, {});
      const bool open = row.fate == Model::Fate::waiting || row.fate == Model::Fate::sent;
      EXPECT_EQ(seen.wanted, open) << position_;
      EXPECT_EQ(progress_.maybe_sent(position_), row.marked) << position_;
      if (seen.wanted) in_hand_.insert(position_);
    }
    (void)progress_.reached(position_, {});
    for (std::uint64_t i = 1; i < position_; ++i) {
      if (model_.at(i).damaged) model_.at(i).fate = Model::Fate::lost;
    }
  }

  void send() {
    std::vector<std::uint64_t> batch;
    for (const auto sequence : in_hand_) {
      if (!in_flight_.contains(sequence) && rng_.chance(0.5)) batch.push_back(sequence);
    }
    progress_.mark(batch);
    for (const auto sequence : batch) {
      auto& row = model_.at(sequence);
      if (row.marked) ++model_.uncertain;
      row.marked = true;
      row.fate = Model::Fate::sent;
      in_flight_.insert(sequence);
    }
  }

  void settle() {
    std::vector<std::uint64_t> done;
    std::vector<std::uint64_t> again;
    for (const auto sequence : std::set(in_flight_)) {
      auto& row = model_.at(sequence);
      const int dice = rng_.integer(0, 9);
      if (dice < 5) {
        done.push_back(sequence);
        row.fate = Model::Fate::delivered;
        row.marked = false;
        in_hand_.erase(sequence);
      } else if (dice == 5) {
        progress_.bury(sequence);
        row.fate = Model::Fate::buried;
        row.marked = false;
        in_hand_.erase(sequence);
      } else if (dice == 6) {
        again.push_back(sequence);
        row.marked = false;
        row.fate = Model::Fate::waiting;
      }
      in_flight_.erase(sequence);  // Else its fate is not known.
    }
    progress_.deliver(done);
    progress_.clear_marks(again);
  }

  void drop() {
    if (model_.end() <= model_.start) return;
    const auto span = static_cast<int>(model_.end() - model_.start);
    model_.start += static_cast<std::uint64_t>(rng_.integer(0, span));
    lose(progress_.skip_to(model_.boundary(model_.start)), position_);
    position_ = std::max(position_, model_.start);
  }

  /// What lies before the log's start and was not read is lost.
  void lose(std::uint64_t lost, std::uint64_t from) {
    std::uint64_t expected = 0;
    for (std::uint64_t i = from; i < model_.start; ++i) {
      auto& row = model_.at(i);
      if (!row.mine || (row.fate != Model::Fate::waiting && row.fate != Model::Fate::sent)) continue;
      row.fate = Model::Fate::lost;
      row.marked = false;
      ++expected;
    }
    EXPECT_EQ(lost, expected);
  }

  void crash() {
    progress_ = Progress("kds", progress_.state());
    in_hand_.clear();
    in_flight_.clear();
    position_ = progress_.resume_at();
    lose(progress_.skip_to(model_.boundary(model_.start)), 1);
    position_ = std::max(position_, model_.start);
  }

  Rng rng_;
  Model model_;
  Progress progress_;
  std::uint64_t position_ = 1;
  std::set<std::uint64_t> in_hand_;
  std::set<std::uint64_t> in_flight_;
};

TEST(ProgressTest, AgreesWithTheModelWhateverHappens) {
  const auto seed = test_seed();
  for (std::uint64_t run = 0; run < 200 && !testing::Test::HasFailure(); ++run) {
    SCOPED_TRACE("run " + std::to_string(run));
    Simulation simulation(seed + run);
    for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
      simulation.step();
      simulation.check();
    }
    simulation.finish();
  }
}

}  // namespace
}  // namespace kinesight::publish::outbox

#include "infer/coverage/span_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.h"
#include "infer/coverage/span_printer.h"
#include "support/replay.h"

namespace kinesight::infer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Frames every 100 ms from `from` to `to`, both included.
void play(SpanBuilder& builder, int from, int to, FrameFate fate = FrameFate::processed) {
  for (int ms = from; ms <= to; ms += 100) builder.frame(ms, fate);
}

TEST(SpanBuilder, WatchedIsFromTheFirstFrameToTheLast) {
  SpanBuilder builder(10);
  play(builder, 0, 500);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 500}));
  play(builder, 600, 900);
  EXPECT_THAT(builder.take(), ElementsAre(Span{500, 900}));
  EXPECT_THAT(builder.take(), IsEmpty());
}

TEST(SpanBuilder, ADeclaredGapCutsExactly) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.gap({1.033, 1.534, "skipped"});
  builder.frame(1540, FrameFate::processed);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 1033}, Span{1033, 1534, "skipped"}, Span{1534, 1540}));
}

TEST(SpanBuilder, FramesFarApartHaveLostSomething) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.frame(3000, FrameFate::processed);  // 2 s: may be.
  builder.frame(5001, FrameFate::processed);  // More.
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 3000}, Span{3000, 5001, "lost"}));
}

TEST(SpanBuilder, WhatWasLeftUndecodedBecauseNothingMovedWasWatched) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  for (int ms = 11'000; ms <= 91'000; ms += 10'000) builder.frame(ms, FrameFate::processed, true);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 91'000}));
  builder.frame(91'100, FrameFate::processed);
  builder.frame(93'200, FrameFate::processed);
  EXPECT_THAT(builder.take(), ElementsAre(Span{91'000, 91'100}, Span{91'100, 93'200, "lost"}))
      << "stillness says nothing about the usual interval";
}

TEST(SpanBuilder, OfAStillStretchDeclaredGapsAndWhatFollowsADroppedFrameWereNotWatched) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.gap({3, 5, "offline"});
  builder.frame(11'000, FrameFate::dropped, true);
  builder.frame(21'000, FrameFate::processed, true);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 3000}, Span{3000, 5000, "offline"}, Span{5000, 11'000},
                                          Span{11'000, 21'000, "overload"}));
}

TEST(SpanBuilder, ASourceOfRareFramesIsNoLossyOne) {
  SpanBuilder builder(5);
  for (int i = 0; i <= 20; ++i) builder.frame(i * 4000, FrameFate::processed);  // Keyframes every 4 s.
  const auto spans = builder.take();
  EXPECT_EQ(spans.back(), (Span{12'000, 80'000})) << "after three it is known";
  SpanBuilder told(0.25);
  for (int i = 0; i <= 20; ++i) told.frame(i * 4000, FrameFate::processed);
  EXPECT_THAT(told.take(), ElementsAre(Span{0, 80'000}));
}

TEST(SpanBuilder, AnOutageIsOfflineFromTheLastFrameToTheNext) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.fail(7000);
  EXPECT_TRUE(builder.failing());
  builder.fail(9000);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 1000}));
  builder.frame(60'000, FrameFate::processed);
  EXPECT_FALSE(builder.failing());
  EXPECT_THAT(builder.take(), ElementsAre(Span{1000, 60'000, "offline"}));
}

TEST(SpanBuilder, WhatTheSourceDeclaresWinsOverTheOutage) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.fail(7000);
  builder.gap({1.1, 20, "lost"});
  builder.gap({20, 30, "skipped"});
  builder.frame(60'000, FrameFate::processed);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 1100}, Span{1100, 20'000, "lost"},
                                          Span{20'000, 30'000, "skipped"}, Span{30'000, 60'000, "offline"}));
}

TEST(SpanBuilder, AFailureAfterWhichNothingIsMissingCutsNothing) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.fail(7000);  // The source goes on where it was.
  play(builder, 1100, 2000);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 2000}));
}

TEST(SpanBuilder, AFailureThatCostOneRareFrameIsNotForgiven) {
  SpanBuilder builder(0.5);
  for (int ms = 0; ms <= 20'000; ms += 2000) builder.frame(ms, FrameFate::processed);
  builder.fail(22'000);
  builder.frame(24'000, FrameFate::processed);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 20'000}, Span{20'000, 24'000, "offline"}));
}

TEST(SpanBuilder, ACameraThatIsAwayFromTheStartIsOfflineFromThen) {
  SpanBuilder builder(10);
  builder.fail(5000);
  builder.frame(9000, FrameFate::processed);
  EXPECT_THAT(builder.take(), ElementsAre(Span{5000, 9000, "offline"}));
}

TEST(SpanBuilder, AnOutageThatGoesOnEndsWithTheService) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.close(2000);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 1000})) << "nothing failed";
  builder.fail(7000);
  builder.close(9000);
  EXPECT_THAT(builder.take(), ElementsAre(Span{1000, 9000, "offline"}));
}

TEST(SpanBuilder, WhatNoFrameEndsWasNotWatchedHoweverShort) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.fail(1050);
  builder.close(1090);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 1000}, Span{1000, 1090, "offline"}));
}

TEST(SpanBuilder, SpansThatNobodyTakesTakeBoundedMemoryAndAreCounted) {
  SpanBuilder builder(10);
  for (int i = 0; i <= 100'000; ++i)
    builder.frame(i * 100, i % 2 == 0 ? FrameFate::processed : FrameFate::dropped);
  const auto spans = builder.take();
  EXPECT_LE(spans.size(), 8192u);
  EXPECT_EQ(spans.back().end_ms, 10'000'000) << "the newest stay";
  EXPECT_EQ(builder.dropped() + static_cast<std::int64_t>(spans.size()), 100'000);
  EXPECT_EQ(builder.dropped(), 0);
}

TEST(SpanBuilder, DroppedFramesAreOverloadOfOneIntervalEach) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.frame(1100, FrameFate::dropped);
  builder.frame(1133, FrameFate::not_due);
  builder.frame(1166, FrameFate::not_due);
  builder.frame(1200, FrameFate::dropped);
  builder.frame(1300, FrameFate::processed);
  builder.frame(1400, FrameFate::processed);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 1100}, Span{1100, 1300, "overload"}, Span{1300, 1400}));
}

TEST(SpanBuilder, AClockSetBackBeginsAnew) {
  SpanBuilder builder(10);
  play(builder, 10'000, 10'500);
  play(builder, 2000, 2500);
  EXPECT_THAT(builder.take(), ElementsAre(Span{10'000, 10'500}, Span{2000, 2500}));
}

TEST(SpanBuilder, GapsThatMakeNoSenseAreLeftAlone) {
  SpanBuilder builder(10);
  play(builder, 0, 1000);
  builder.gap({0.2, 0.8, "lost"});  // Of what has been seen.
  builder.gap({1.5, 1.2, "lost"});
  builder.gap({1.1, 1.2, ""});
  play(builder, 1100, 2000);
  EXPECT_THAT(builder.take(), ElementsAre(Span{0, 2000}));
}

TEST(SpanBuilder, GapsWithoutEndTakeBoundedMemory) {
  SpanBuilder builder(10);
  builder.frame(0, FrameFate::processed);
  for (int i = 0; i < 10'000; ++i) builder.gap({i + 0.5, i + 0.9, "lost"});
  builder.frame(10'000'000, FrameFate::processed);
  const auto spans = builder.take();
  EXPECT_LT(spans.size(), 600u);
  EXPECT_EQ(totals_of(spans).known_ms(), 10'000'000);
}

/// The rule by brute force: what of each millisecond between two frames was watched, and why not.
class Model {
 public:
  explicit Model(int period_ms) : period_ms_(period_ms) {}

  void frame(int time, FrameFate fate) {
    if (last_ >= 0) decide(last_, time);
    last_ = time;
    failing_ = false;
    if (fate != FrameFate::not_due) dropping_ = fate == FrameFate::dropped;
    gaps_.clear();
  }
  void gap(int begin, int end, const std::string& reason) { gaps_.push_back({begin, end, reason}); }
  void fail() { failing_ = true; }
  const Spans& spans() const { return spans_; }

 private:
  struct Gap {
    int begin, end;
    std::string reason;
  };

  void decide(int from, int to) {
    std::vector<std::string> why(static_cast<std::size_t>(to - from), "?");
    bool declared = false;
    std::ranges::stable_sort(gaps_, {}, &Gap::begin);
    for (const auto& gap : gaps_) {
      for (int ms = std::max(from, gap.begin); ms < std::min(to, gap.end); ++ms) {
        auto& it = why[static_cast<std::size_t>(ms - from)];
        if (it == "?") it = gap.reason;
        declared = true;
      }
    }
    auto sorted = intervals_;
    if (sorted.size() > 9) sorted.erase(sorted.begin(), sorted.end() - 9);
    std::ranges::sort(sorted);
    const int interval = sorted.size() < 3 ? period_ms_ : std::max(period_ms_, sorted[sorted.size() / 2]);
    for (std::size_t i = 0; i < why.size();) {
      std::size_t end = i;
      while (end < why.size() && why[end] == "?") ++end;
      const auto length = static_cast<int>(end - i);
      const bool far = failing_ ? 2 * length > 3 * interval : length > std::max(2000, 3 * interval);
      const std::string reason = far ? (failing_ ? "offline" : "lost") : dropping_ ? "overload" : "";
      for (; i < end; ++i) why[i] = reason;
      while (i < why.size() && why[i] != "?") ++i;
    }
    for (std::size_t i = 0; i < why.size(); ++i) {
      const auto ms = from + static_cast<std::int64_t>(i);
      append(spans_, {ms, ms + 1, why[i]});
    }
    if (!declared && !failing_) intervals_.push_back(to - from);
  }

  const int period_ms_;
  int last_ = -1;
  bool failing_ = false, dropping_ = false;
  std::vector<Gap> gaps_;
  std::vector<int> intervals_;
  Spans spans_;
};

TEST(SpanBuilder, AgreesWithAModelOfEachMillisecond) {
  Rng rng(support::replay_seed());
  const std::string reasons[] = {"lost", "skipped", "offline"};
  for (int round = 0; round < 100; ++round) {
    const int period = rng.integer(1, 40) * 20;
    SpanBuilder builder(1000.0 / period);
    Model model(period);
    Spans spans;
    int time = 0;
    builder.frame(time, FrameFate::processed);
    model.frame(time, FrameFate::processed);
    for (int step = 0; step < 60; ++step) {
      const int next = time + (rng.chance(0.15) ? rng.integer(1, 9000) : rng.integer(1, 2 * period));
      if (rng.chance(0.15)) {
        builder.fail(time + 10'000);
        model.fail();
      }
      while (rng.chance(0.25)) {
        const int begin = rng.integer(time, next), end = rng.integer(begin, next);
        const auto& reason = reasons[rng.integer(0, 2)];
        builder.gap({begin / 1000.0, end / 1000.0, reason});
        model.gap(begin, end, reason);
      }
      const auto fate = static_cast<FrameFate>(rng.integer(0, 2));
      builder.frame(next, fate);
      model.frame(next, fate);
      time = next;
      if (rng.chance(0.1)) {
        for (auto& span : builder.take()) append(spans, std::move(span));
      }
    }
    for (auto& span : builder.take()) append(spans, std::move(span));
    ASSERT_EQ(spans, model.spans()) << "round " << round;
  }
}

}  // namespace
}  // namespace kinesight::infer

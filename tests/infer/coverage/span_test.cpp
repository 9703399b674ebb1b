#include "infer/coverage/span.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "infer/coverage/span_printer.h"
#include "support/replay.h"

namespace kinesight::infer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Spans, WhatGoesOnTheSameWayIsOneSpan) {
  Spans spans;
  append(spans, {0, 10});
  append(spans, {10, 20});
  append(spans, {20, 20, "lost"});
  append(spans, {20, 30, "lost"});
  append(spans, {30, 40, "offline"});
  EXPECT_THAT(spans, ElementsAre(Span{0, 20}, Span{20, 30, "lost"}, Span{30, 40, "offline"}));
}

TEST(Spans, ABackfillKeepsWhyItWasMissedAndTouchesNothingElse) {
  const Spans spans{{0, 10}, {10, 30, "lost"}, {30, 40}};
  EXPECT_THAT(with_backfilled(spans, 5, 20),
              ElementsAre(Span{0, 10}, Span{10, 20, "lost", true}, Span{20, 30, "lost"}, Span{30, 40}));
}

TEST(Spans, TotalsAndShare) {
  const auto totals = totals_of({{0, 60}, {60, 80, "lost"}, {80, 100, "offline", true}});
  EXPECT_EQ(totals.live_ms, 60);
  EXPECT_EQ(totals.backfilled_ms, 20);
  EXPECT_EQ(totals.missed_ms, (std::map<std::string, std::int64_t>{{"lost", 20}}));
  EXPECT_DOUBLE_EQ(totals.share(), 0.8);
  EXPECT_EQ(totals_of({}).share(), 0);
}

/// The same by brute force: what is known of each millisecond.
struct Model {
  struct Moment {
    bool known = false;
    std::string reason;
    bool backfilled = false;
    int tries = 0;
    bool watched() const { return reason.empty() || backfilled; }
  };
  std::vector<Moment> moments = std::vector<Moment>(120);

  Spans spans() const {
    Spans spans;
    for (std::size_t i = 0; i < moments.size(); ++i) {
      const auto& it = moments[i];
      const auto ms = static_cast<std::int64_t>(i);
      if (it.known) append(spans, {ms, ms + 1, it.reason, it.backfilled, it.tries});
    }
    return spans;
  }
};

TEST(Spans, AgreeWithAModelOfEachMillisecond) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 300; ++round) {
    Spans spans;
    Model model;
    for (int step = 0; step < 20; ++step) {
      const int begin = rng.integer(0, 110), end = rng.integer(0, 120);
      const std::string reason = rng.chance(0.5) ? "lost" : "offline";
      const int what = rng.integer(0, 3);
      spans = what == 0   ? with_watched(spans, begin, end)
              : what == 1 ? with_missed(spans, begin, end, reason)
              : what == 2 ? with_backfilled(spans, begin, end)
                          : with_try(spans, begin, end);
      for (int ms = begin; ms < end; ++ms) {
        auto& it = model.moments[static_cast<std::size_t>(ms)];
        if (what == 0) it = {.known = true, .reason = {}};
        if (what == 1 && !it.known) it = {.known = true, .reason = reason};
        if (what == 2 && it.known && !it.reason.empty()) it.backfilled = true;
        if (what == 3 && it.known && !it.watched()) ++it.tries;
      }
      ASSERT_EQ(spans, model.spans()) << "round " << round << ", step " << step;
    }
    const int begin = rng.integer(0, 120), end = rng.integer(0, 120);
    for (int ms = 0; ms < 120; ++ms) {
      if (ms < begin || ms >= end) model.moments[static_cast<std::size_t>(ms)] = {};
    }
    ASSERT_EQ(clip(spans, begin, end), model.spans());
  }
}

}  // namespace
}  // namespace kinesight::infer

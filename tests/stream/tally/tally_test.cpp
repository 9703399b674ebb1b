#include "stream/tally/tally.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace kinesight::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Gives texts; "!" is a record that the source itself cannot read, "#" an error that ends it.
class Texts final : public RecordSource {
 public:
  explicit Texts(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  Result<std::optional<std::string>> next(std::stop_token stop) override {
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
    if (at_ == texts_.size()) return std::nullopt;
    const std::string& text = texts_[at_++];
    if (text == "!") return fail(ErrorKind::corrupt, "text {}: too long", at_);
    if (text == "#") return fail(ErrorKind::unavailable, "text {}: the disk is gone", at_);
    return text;
  }
  std::string where() const override { return fmt::format("text {}", at_); }

 private:
  const std::vector<std::string> texts_;
  std::size_t at_ = 0;
};

/// A record of `second` seconds after 2026-01-31T12:00:00Z.
std::string record(const std::string& city, int second, double particles, const std::string& more = "") {
  return fmt::format(R"({{"city_id": "{}", "timestamp": {}, "pm25_value": {}, "aqi_value": {}{}}})", city,
                     1'769'860'800 + second, particles, static_cast<int>(particles) * 2, more);
}

/// What came of a run.
struct Outcome {
  Result<> done;
  TallyCounts counts;
  std::vector<std::string> results;  ///< "delhi 0-300: 3".
  std::vector<WindowResult> all;
  std::vector<std::string> broken;
  std::vector<std::uint64_t> progress;
};

Outcome run(const std::vector<std::string>& texts, TallyOptions options = {}, std::size_t wanted = 1000,
            const std::stop_token& stop = {}) {
  if (options.plan.aggregates.empty()) options.plan = plan_of({});
  Outcome outcome;
  const auto seconds = [](std::int64_t ms) { return ms / 1000 - 1'769'860'800; };
  const TallyListener listener{
      .result =
          [&](const WindowResult& result) {
            if (outcome.results.size() == wanted) return false;
            outcome.results.push_back(fmt::format("{} {}-{}: {}", result.key, seconds(result.start_ms),
                                                  seconds(result.end_ms), result.records));
            outcome.all.push_back(result);
            return true;
          },
      .broken = [&](const Error& why) { outcome.broken.push_back(why.message); },
      .progress = [&](const TallyCounts& counts) { outcome.progress.push_back(counts.read); }};
  Texts source(texts);
  outcome.done = tally(source, options, listener, stop, outcome.counts);
  return outcome;
}

TallyOptions with_lateness(std::int64_t seconds) {
  TallyOptions options;
  options.lateness_ms = seconds * 1000;
  return options;
}

TEST(Tally, WindowsHoldTheRecordsOfTheirTimeWhateverTheOrder) {
  std::vector<std::string> texts;
  for (int i = 0; i < 600; ++i) texts.push_back(record(i % 2 ? "delhi" : "oslo", i, i * 0.25));
  const Outcome in_order = run(texts);
  EXPECT_THAT(in_order.results,
              ElementsAre("delhi 0-300: 150", "oslo 0-300: 150", "delhi 300-600: 150", "oslo 300-600: 150"));
  EXPECT_EQ(in_order.counts.counted, 600U);
  EXPECT_EQ(in_order.counts.results, 4U);
  EXPECT_EQ(in_order.all[0].values[1], 299 * 0.25) << "max_pm25";
  EXPECT_EQ(in_order.all[0].values[4], 150) << "record_count";
  std::mt19937 chance(1);
  std::ranges::shuffle(texts, chance);
  const Outcome shuffled = run(texts);
  EXPECT_EQ(shuffled.all, in_order.all);
  EXPECT_EQ(shuffled.counts.late, 0U);
}

TEST(Tally, WithALatenessWindowsEndWhileRecordsComeAndOlderOnesAreLate) {
  const std::vector<std::string> texts{record("a", 10, 1),  record("a", 359, 2), record("a", 20, 3),
                                       record("a", 360, 4), record("a", 299, 5), record("a", 301, 6)};
  const Outcome run_late = run(texts, with_lateness(60));
  EXPECT_THAT(run_late.results, ElementsAre("a 0-300: 2", "a 300-600: 3"))
      << "at 360 the window is over, not at 359";
  EXPECT_EQ(run_late.counts.late, 1U);
  EXPECT_EQ(run_late.counts.counted, 5U);
  EXPECT_THAT(run(texts).results, ElementsAre("a 0-300: 3", "a 300-600: 3"));
}

TEST(Tally, SkipsDuplicatesThatSaySoAndThoseOfOneIdWhetherItIsThereOrWouldBe) {
  const Outcome run_all =
      run({record("a", 1, 1), record("a", 1, 1, R"(, "is_duplicate": true)"),
           record("a", 1, 1),  // The id that the producer would give it is the same.
           record("a", 2, 1, R"(, "message_id": "00000000000000aa")"),
           record("b", 3, 1, R"(, "message_id": "00000000000000aa")"), record("b", 1, 1)});
  EXPECT_EQ(run_all.counts.duplicates, 3U);
  EXPECT_EQ(run_all.counts.counted, 3U);
  EXPECT_THAT(run_all.results, ElementsAre("a 0-300: 2", "b 0-300: 1"));
}

TEST(Tally, ARecordAndItsStampedSelfAreTheSame) {
  // The producer's id of it: the first 16 digits of `printf delhi_1769860801 | sha256sum`.
  const Outcome same =
      run({record("delhi", 1, 1), record("delhi", 1, 1, R"(, "message_id": "adc88741b1ed16d3")")});
  EXPECT_EQ(same.counts.duplicates, 1U);
}

TEST(Tally, BrokenRecordsAreToldWithTheirPlaceAndTheRestCounts) {
  const Outcome broken = run({record("a", 1, 1), "{", "!", record("a", 2, 1, R"(, "x": NaN)"), "[]",
                              R"({"city_id": "a", "timestamp": "soon"})", record("a", 3, 1)});
  EXPECT_THAT(broken.broken,
              ElementsAre(HasSubstr("text 2: expected a JSON object"), "text 3: too long",
                          HasSubstr("text 4: "), HasSubstr("text 5: expected a JSON object, found an array"),
                          HasSubstr("text 6: timestamp: expected")));
  EXPECT_EQ(broken.counts.broken, 5U);
  EXPECT_EQ(broken.counts.read, 7U);
  EXPECT_THAT(broken.results, ElementsAre("a 0-300: 2"));
}

TEST(Tally, GivesNoWindowThatIsNotWhole) {
  const std::vector<std::string> texts{record("a", 10, 1), record("a", 400, 2), "#", record("a", 20, 1)};
  const Outcome failed = run(texts, with_lateness(60));
  ASSERT_FALSE(failed.done);
  EXPECT_EQ(failed.done.error().message, "text 3: the disk is gone");
  EXPECT_THAT(failed.results, ElementsAre("a 0-300: 1")) << "that one was over";
  EXPECT_THAT(run(texts).results, IsEmpty());
  std::stop_source stop;
  stop.request_stop();
  const Outcome stopped = run({record("a", 10, 1)}, {}, 1000, stop.get_token());
  ASSERT_FALSE(stopped.done);
  EXPECT_EQ(stopped.done.error().kind, ErrorKind::cancelled);
  EXPECT_THAT(stopped.results, IsEmpty());
}

TEST(Tally, EndsWhereNobodyWantsMore) {
  const Outcome few = run({record("a", 10, 1), record("b", 10, 1), record("c", 10, 1)}, {}, 2);
  EXPECT_TRUE(few.done);
  EXPECT_THAT(few.results, ElementsAre("a 0-300: 1", "b 0-300: 1"));
  EXPECT_EQ(few.counts.results, 2U);
}

TEST(Tally, GivesUpRatherThanTakeMoreMemoryThanItMayAndSaysWhatWouldHelp) {
  constexpr std::uint64_t mb = 1024 * 1024;
  std::vector<std::string> texts;
  for (int i = 0; i < 40'000; ++i) texts.push_back(record(fmt::format("{:0200}", i), i, 1));
  TallyOptions options;
  options.max_memory_bytes = 3 * mb;
  const Outcome stopped = run(texts, options);
  ASSERT_FALSE(stopped.done);
  EXPECT_EQ(stopped.done.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(stopped.done.error().message, HasSubstr("expected to need at most 3145728 bytes of memory"));
  EXPECT_THAT(stopped.done.error().message, HasSubstr("; with a lateness windows end while records come"));
  EXPECT_THAT(stopped.results, IsEmpty());
  ASSERT_FALSE(stopped.progress.empty());
  EXPECT_EQ(stopped.progress.back(), stopped.counts.read);
  EXPECT_LT(stopped.counts.read, texts.size());
  options.max_memory_bytes = 1000 * mb;
  EXPECT_TRUE(run(texts, options).done);
}

TEST(Tally, NothingIsNoError) {
  const Outcome nothing = run({});
  EXPECT_TRUE(nothing.done);
  EXPECT_THAT(nothing.results, IsEmpty());
  EXPECT_EQ(nothing.counts.read, 0U);
}

}  // namespace
}  // namespace kinesight::stream

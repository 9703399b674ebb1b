#include "vision/plate/vote.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/replay.h"
#include "vision/plate/lookalike.h"
#include "vision/plate/readings.h"

namespace kinesight::vision::plate {
namespace {

Vote vote_of(const std::vector<Reading>& readings) {
  Vote vote;
  for (const auto& reading : readings) vote.add(reading);
  return vote;
}

std::string text_of(const std::vector<Reading>& readings) { return vote_of(readings).result()->text; }

/// `reading` of a plate so many pixels high.
Reading sized(Reading reading, float height) {
  reading.corners = {{{0, 0}, {4 * height, 0}, {4 * height, height}, {0, height}}};
  return reading;
}

TEST(PlateVote, OfNothingIsNothing) {
  EXPECT_FALSE(Vote().result());
  EXPECT_FALSE(vote_of({reading_of(""), reading_of(std::string(99, 'A'))}).result());
}

TEST(PlateVote, OfOneReadingIsThatReading) {
  Reading one = sized(reading_of("AB123C", 0.8F), 20);
  one.characters[1].push_back({'8', 0.2F});
  const auto result = vote_of({one}).result();
  EXPECT_EQ(result->text, "AB123C");
  EXPECT_FLOAT_EQ(result->score, 0.8F);
  ASSERT_EQ(result->candidates.size(), 2U);
  EXPECT_EQ(result->candidates[0].text, "AB123C");
  EXPECT_EQ(result->candidates[1].text, "A8123C");
  EXPECT_FLOAT_EQ(result->candidates[1].score, 0.2F);
  EXPECT_EQ(result->corners[2].x, 80);
}

TEST(PlateVote, GoesLetterByLetter) {
  // No frame reads all of it right.
  EXPECT_EQ(text_of({reading_of("XB123C"), reading_of("AX123C"), reading_of("AB12XC")}), "AB123C");
}

TEST(PlateVote, AlternativesCount) {
  Reading first = reading_of("8B123"), second = reading_of("4B123");
  first.characters[0] = {{'8', 0.5F}, {'A', 0.4F}};
  second.characters[0] = {{'4', 0.5F}, {'A', 0.4F}};
  EXPECT_EQ(text_of({first, second}), "AB123");
}

TEST(PlateVote, WhoIsSureCountsMore) {
  EXPECT_EQ(text_of({reading_of("AB128", 0.5F), reading_of("AB128", 0.5F), reading_of("AB123", 0.95F)}),
            "AB123");
}

TEST(PlateVote, WhoSeesTheLargerPlateCountsMore) {
  const std::vector<Reading> readings = {sized(reading_of("AB128"), 8), sized(reading_of("AB128"), 8),
                                         sized(reading_of("AB123"), 30)};
  EXPECT_EQ(text_of(readings), "AB123");
  EXPECT_EQ(text_of({reading_of("AB128"), reading_of("AB128"), reading_of("AB123")}), "AB128");
}

TEST(PlateVote, WhoMissesALetterVotesOnTheOthers) {
  EXPECT_EQ(text_of({reading_of("AB12C"), reading_of("AX123C"), reading_of("AB123C")}), "AB123C");
  EXPECT_EQ(text_of({reading_of("IAB123C"), reading_of("AX123C"), reading_of("AB123C")}), "AB123C");
}

TEST(PlateVote, TheNewestReadingsCount) {
  Vote vote;
  for (int i = 0; i < 200; ++i) vote.add(reading_of("OLD123"));
  EXPECT_EQ(vote.readings(), Vote::kMostReadings);
  for (std::size_t i = 0; i < Vote::kMostReadings; ++i) vote.add(reading_of("NEW456"));
  EXPECT_EQ(vote.result()->text, "NEW456");
  EXPECT_NEAR(vote.result()->score, 0.9, 1e-5);
  EXPECT_EQ(vote.result()->candidates.size(), 1U);
}

/// A reading of `truth` as readers make mistakes: mostly look-alikes, of which they are less sure and which
/// leave the truth among the alternatives, now and then a letter missed or one too many.
Reading corrupted(Rng& rng, const std::string& truth) {
  Reading made;
  for (const char c : truth) {
    if (rng.chance(0.02)) continue;
    if (rng.chance(0.01)) made.characters.push_back({{'1', 0.5F}});
    const auto sure = static_cast<float>(rng.uniform(0.6, 1));
    if (!rng.chance(0.1)) {
      made.characters.push_back({{c, sure}});
      continue;
    }
    const char other =
        rng.chance(0.7) && twin_of(c) != c ? twin_of(c) : static_cast<char>('A' + rng.integer(0, 25));
    const auto wrong = static_cast<float>(rng.uniform(0.5, 0.95));
    made.characters.push_back({{other, wrong}, {c, (1 - wrong) * 0.8F}});
  }
  for (const auto& guesses : made.characters) made.text += guesses.front().character;
  made.score = mean_score(made.characters);
  made.candidates = best_texts(made.characters, kMostCandidates);
  return made;
}

TEST(PlateVote, IsRightMoreOftenThanTheSurestReading) {
  Rng rng(support::replay_seed());
  constexpr int kPlates = 2000;
  int one_right = 0, surest_right = 0, vote_right = 0, among_candidates = 0;
  for (int i = 0; i < kPlates; ++i) {
    const std::string truth = random_plate(rng);
    std::vector<Reading> readings;
    for (int frame = 0; frame < 5; ++frame) readings.push_back(corrupted(rng, truth));
    one_right += readings.front().text == truth;
    surest_right += std::ranges::max_element(readings, {}, &Reading::score)->text == truth;
    const auto result = vote_of(readings).result();
    vote_right += result->text == truth;
    among_candidates += std::ranges::count(result->candidates, truth, &Candidate::text) > 0;
  }
  const auto share = [](int right) { return 100.0 * right / kPlates; };
  fmt::print(
      "right: one reading {:.1f} %, the surest of five {:.1f} %, the vote {:.1f} %, its candidates {:.1f} "
      "%\n",
      share(one_right), share(surest_right), share(vote_right), share(among_candidates));
  EXPECT_GT(share(surest_right), share(one_right));
  EXPECT_GT(share(vote_right), share(surest_right) + 20);
  EXPECT_GT(share(vote_right), 85);
}

}  // namespace
}  // namespace kinesight::vision::plate

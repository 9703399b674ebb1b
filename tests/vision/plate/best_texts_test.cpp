#include "vision/plate/best_texts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.h"
#include "support/replay.h"

namespace kinesight::vision::plate {
namespace {

using Characters = std::vector<std::vector<Guess>>;

/// Every text with its likelihood, the likeliest first.
std::vector<Candidate> all_texts(const Characters& characters) {
  std::vector<Candidate> texts{{"", 1}};
  for (const auto& guesses : characters) {
    std::vector<Candidate> longer;
    for (const auto& text : texts)
      for (const auto& guess : guesses)
        longer.push_back({text.text + guess.character, text.score * guess.score});
    texts = std::move(longer);
  }
  std::ranges::sort(texts, std::ranges::greater{}, &Candidate::score);
  return texts;
}

TEST(BestTexts, BeginWithTheFirstGuesses) {
  const Characters characters = {{{'A', 0.9F}, {'4', 0.3F}}, {{'B', 0.7F}}};
  const auto texts = best_texts(characters, 5);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].text, "AB");
  EXPECT_FLOAT_EQ(texts[0].score, 0.8F);
  EXPECT_EQ(texts[1].text, "4B");
  EXPECT_FLOAT_EQ(texts[1].score, 0.8F / 3);
}

TEST(BestTexts, AreTheLikeliestOfAll) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 200; ++round) {
    Characters characters;
    for (int place = 0; place < 5; ++place) {
      auto& guesses = characters.emplace_back();
      for (char c = 'A'; c < 'D'; ++c) guesses.push_back({c, static_cast<float>(rng.uniform(0.01, 1))});
      std::ranges::sort(guesses, std::ranges::greater{}, &Guess::score);
    }
    const auto expected = all_texts(characters);
    const auto found = best_texts(characters, 5);
    ASSERT_EQ(found.size(), 5U);
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_EQ(found[i].text, expected[i].text) << "round " << round;
  }
}

TEST(BestTexts, OfNothingAreNone) {
  EXPECT_TRUE(best_texts({}, 5).empty());
  EXPECT_TRUE(best_texts(Characters{{{'A', 1}}, {}}, 5).empty());
  EXPECT_EQ(mean_score({}), 0);
}

}  // namespace
}  // namespace kinesight::vision::plate

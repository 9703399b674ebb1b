#include "vision/ocr/ctc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::vision::ocr {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::FloatEq;

/// A, B, C, a letter of two bytes, and the space that every charset has. With "nothing here" six classes.
const Charset kLetters = Charset::from_lines("A\nB\nC\nÖ");
using Step = std::array<float, 6>;

/// One that has `score` for class `seen` and shares the rest out among the others.
Step step(std::size_t seen, float score = 0.9F) {
  Step scores;
  scores.fill((1 - score) / 5);
  scores[seen] = score;
  return scores;
}

Line decode(const std::vector<Step>& steps) {
  std::vector<float> data;
  for (const auto& scores : steps) data.insert(data.end(), scores.begin(), scores.end());
  return decode_ctc({{1, steps.size(), 6}, data}, kLetters);
}

TEST(DecodeCtc, JoinsWhatRepeatsAndKeepsApartWhatNothingParts) {
  EXPECT_EQ(decode({step(0), step(1), step(1), step(0), step(1), step(2), step(0)}).text, "AAB");
  EXPECT_EQ(decode({step(1), step(2), step(1)}).text, "ABA");
}

TEST(DecodeCtc, ReadsSpacesAndLettersOfSeveralBytes) {
  const auto line = decode({step(4), step(5), step(4)});
  EXPECT_EQ(line.text, "Ö Ö");
  EXPECT_EQ(line.characters.size(), 3U);
}

TEST(DecodeCtc, LeavesSpacesAtTheEndsOut) {
  const auto line = decode({step(5), step(1), step(5), step(2), step(5), step(0), step(5)});
  EXPECT_EQ(line.text, "A B");
  EXPECT_EQ(line.characters.size(), 3U);
}

TEST(DecodeCtc, HasNoTextWhereThereIsNone) {
  for (const auto& line : {decode({}), decode({step(0), step(0)}), decode({step(5)})}) {
    EXPECT_EQ(line.text, "");
    EXPECT_EQ(line.score, 0);
    EXPECT_TRUE(line.characters.empty());
  }
}

TEST(DecodeCtc, ScoresACharacterWhereItsRunIsSurest) {
  const auto line = decode({step(1, 0.5F), step(1, 0.9F), step(1, 0.6F), step(0), step(2, 0.7F)});
  ASSERT_EQ(line.text, "AB");
  EXPECT_FLOAT_EQ(line.characters[0][0].score, 0.9F);
  EXPECT_FLOAT_EQ(line.characters[1][0].score, 0.7F);
  EXPECT_FLOAT_EQ(line.score, 0.8F);
}

TEST(DecodeCtc, SaysWhatElseMayStandThere) {
  const auto line = decode({Step{0.1F, 0.2F, 0.4F, 0.25F, 0.05F, 0}});
  ASSERT_EQ(line.characters.size(), 1U);
  // The likeliest first; "nothing here" is no character; what is next to impossible is left out.
  EXPECT_THAT(line.characters[0],
              ElementsAre(Field(&Alternative::text, "B"), Field(&Alternative::text, "C"),
                          Field(&Alternative::text, "A"), Field(&Alternative::text, "Ö")));
  EXPECT_THAT(line.characters[0][1].score, FloatEq(0.25F));
}

TEST(DecodeCtc, SaysThreeAtTheLeastHoweverSureItIs) {
  EXPECT_EQ(decode({step(3, 0.9999F)}).characters[0].size(), 3U);
}

TEST(DecodeCtc, IgnoresAStepThatIsCutOff) {
  const std::vector<float> data{0, 1, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_EQ(decode_ctc({{1, 2, 6}, data}, kLetters).text, "A");
}

}  // namespace
}  // namespace kinesight::vision::ocr

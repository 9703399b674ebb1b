// Several readings of a plate put together.
#include "vision/plate/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::vision::plate {
namespace {

using testing::SizeIs;

/// A reading of `text`, every character as sure as `score`.
ocr::Line line(const std::string& text, float score) {
  ocr::Line line{.text = text, .score = score};
  for (const char c : text) line.characters.push_back({{std::string(1, c), score}});
  return line;
}

struct Seen {
  std::string text;
  float score = 0.99F;
  bool clean = false;
};

Reading read(const std::vector<Seen>& seen) {
  std::vector<Sight> sights;
  for (const auto& [text, score, clean] : seen) sights.push_back(sight_of(line(text, score), clean));
  return reading_of(merged(std::move(sights)));
}

TEST(PlatePlacesTest, HyphensSpacesAndForeignLettersAreNoPartOfIt) {
  EXPECT_EQ(read({{"RK-755 AJ"}}).text, "RK755AJ");
  EXPECT_EQ(read({{"RK:755.AJ"}}).text, "RK755AJ");
  auto foreign = line("XRK755AJ", 0.99F);
  foreign.characters.front() = {{"皖", 0.9F}};  // What the band at the left is taken for.
  EXPECT_EQ(reading_of(merged({sight_of(foreign, false)})).text, "RK755AJ");
}

TEST(PlatePlacesTest, TheMajorityOfReadingsOutvotesASealTakenForALetter) {
  EXPECT_EQ(read({{"1T483213", 0.93F}, {"1T4-3213"}, {"1T43213", 0.99F, true}}).text, "1T43213");
}

TEST(PlatePlacesTest, AReadingWithPaintedOverSealsCountsForMore) {
  EXPECT_EQ(read({{"4B281875", 0.95F, false}, {"4B21875", 0.95F, true}}).text, "4B21875");
  EXPECT_EQ(read({{"RK755AJ", 0.95F, true}, {"RK765AJ", 0.95F, false}}).text, "RK755AJ");
  EXPECT_EQ(read({{"RK755AJ", 0.95F, false}, {"RK765AJ", 0.95F, true}}).text, "RK765AJ");
}

TEST(PlatePlacesTest, ASmallLetterIsASealRatherThanALetter) {
  EXPECT_EQ(read({{"RKo069AV"}, {"RK069AV"}}).text, "RK069AV");
  EXPECT_EQ(read({{"KMuBORAK"}, {"KMBORAK"}}).text, "KMBORAK");
  EXPECT_EQ(read({{"VW 4x4-WP"}, {"VW 4X4 WP", 0.9F}}).text, "VW4X4WP") << "but for those of one form";
}

TEST(PlatePlacesTest, ALineInSmallLettersIsNoCapitals) {
  EXPECT_NE(read({{"www.cars.com"}}).text, "WWWCSC");
  EXPECT_LE(read({{"www.cars.com"}}).text.size(), 3U);
}

TEST(PlatePlacesTest, LookAlikesAreSettledByTheShapeOfPlates) {
  EXPECT_EQ(read({{"RK-857A1"}}).text, "RK857AI");
  EXPECT_EQ(read({{"PP-587A0"}}).text, "PP587AO");
  EXPECT_EQ(read({{"RK-O11AM"}}).text, "RK011AM");
  EXPECT_EQ(read({{"1B1-9839"}}).text, "1B19839") << "a digit in front is common";
}

TEST(PlatePlacesTest, LookAlikesMakeNoPlateOfANumberOrAWord) {
  EXPECT_EQ(read({{"0860111515"}}).text, "0860111515");
  EXPECT_EQ(read({{"901820"}}).text, "901820");
  EXPECT_EQ(read({{"BOISO"}}).text, "BOISO");
}

TEST(PlatePlacesTest, ItSaysWhatElseMayStandThere) {
  auto unsure = line("RK755AJ", 0.95F);
  unsure.characters[2] = {{"7", 0.6F}, {"1", 0.35F}};
  const auto reading = reading_of(merged({sight_of(unsure, false)}));
  ASSERT_EQ(reading.text, "RK755AJ");
  ASSERT_THAT(reading.characters, SizeIs(7));
  ASSERT_GE(reading.characters[2].size(), 2U);
  EXPECT_EQ(reading.characters[2][0].character, '7');
  EXPECT_EQ(reading.characters[2][1].character, '1');
  EXPECT_NEAR(reading.score, (6 * 0.95F + 0.6F) / 7, 0.01F);
  ASSERT_GE(reading.candidates.size(), 2U);
  EXPECT_EQ(reading.candidates[0].text, "RK755AJ");
  EXPECT_EQ(reading.candidates[1].text, "RK155AJ");
  EXPECT_GT(reading.candidates[0].score, reading.candidates[1].score);
}

TEST(PlatePlacesTest, OfNothingNothingIsRead) {
  EXPECT_EQ(reading_of({}).text, "");
  EXPECT_EQ(read({{""}, {" "}}).text, "");
  EXPECT_EQ(read({{"--"}}).score, 0);
}

TEST(PlatePlacesTest, ALineWithoutEndIsCut) {
  const auto reading = read({{std::string(1000, '7')}});
  EXPECT_LE(reading.text.size(), 64U);
}

}  // namespace
}  // namespace kinesight::vision::plate

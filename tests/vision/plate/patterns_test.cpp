#include "vision/plate/patterns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "vision/plate/countries.h"
#include "vision/plate/readings.h"

namespace kinesight::vision::plate {
namespace {

using Texts = std::vector<std::string>;

/// What `reading` becomes, or "" where it fits none.
std::string fitted(const Reading& reading, const Texts& countries, const Texts& further = {}) {
  const auto fit = Patterns::make(countries, further).value().fit(reading);
  return fit ? fit->text : "";
}

TEST(PlatePatterns, WhatFitsStaysAsItWasRead) {
  const auto fit = Patterns::make(Texts{"FR"}, Texts{}).value().fit(reading_of("AB123CD"));
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->text, "AB123CD");
  EXPECT_EQ(fit->country, "FR");
  EXPECT_FLOAT_EQ(fit->score, 0.9F);
}

TEST(PlatePatterns, LettersBecomeTheDigitsTheyLookLikeAndBack) {
  EXPECT_EQ(fitted(reading_of("ABI2ECD"), {"FR"}), "") << "E looks like no digit";
  EXPECT_EQ(fitted(reading_of("ABI2SCD"), {"FR"}), "AB125CD");
  EXPECT_EQ(fitted(reading_of("4B1230D"), {"FR"}), "AB123OD");
  EXPECT_EQ(fitted(reading_of("ABC1D23"), {"BR"}), "ABC1D23");
  EXPECT_EQ(fitted(reading_of("A8CI023"), {"BR"}), "ABC1023");
}

TEST(PlatePatterns, AFewLookAlikesWillDoAndNotMany) {
  EXPECT_EQ(fitted(reading_of("4812300"), {"FR"}), "") << "four letters read as digits";
  EXPECT_EQ(fitted(reading_of("4B12300"), {"FR"}), "AB123OO");
}

TEST(PlatePatterns, WhatTheReaderFoundPossibleGoesBeforeLookAlikes) {
  Reading reading = reading_of("ABO23CD");
  reading.characters[2] = {{'O', 0.5F}, {'6', 0.4F}};
  EXPECT_EQ(fitted(reading, {"FR"}), "AB623CD");
}

TEST(PlatePatterns, TheScoreFallsWithWhatIsExchanged) {
  const auto fit = Patterns::make(Texts{"FR"}, Texts{}).value().fit(reading_of("ABI23CD"));
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->score, 0.9 * 6.3 / 7, 1e-5);
  ASSERT_EQ(fit->candidates.size(), 2U);
  EXPECT_EQ(fit->candidates[0].text, "AB123CD");
  EXPECT_EQ(fit->candidates[1].text, "ABI23CD");
  EXPECT_EQ(fit->characters[2][0].character, '1');
}

TEST(PlatePatterns, ACandidateOfAnotherLengthMayFit) {
  Reading reading = reading_of("FAB123CD");
  reading.candidates.push_back({"AB123CD", 0.3F});
  EXPECT_EQ(fitted(reading, {"FR"}), "AB123CD");
  reading.candidates.back().score = 0.001F;
  EXPECT_EQ(fitted(reading, {"FR"}), "");
}

TEST(PlatePatterns, TheLikeliestFitNamesTheCountry) {
  const auto patterns = Patterns::make(Texts{"ES", "FR", "IT"}, Texts{"99?999"}).value();
  EXPECT_EQ(patterns.fit(reading_of("1234BCD"))->country, "ES");
  EXPECT_EQ(patterns.fit(reading_of("AB123CD"))->country, "FR") << "the first of two that fit alike";
  EXPECT_EQ(patterns.fit(reading_of("12X345"))->country, "") << "a further pattern is no country's";
}

TEST(PlatePatterns, CountriesAreNamedInAnyCase) {
  EXPECT_EQ(fitted(reading_of("AB123CD"), {"fr"}), "AB123CD");
}

TEST(PlatePatterns, WhatIsNoCountryAndNoPatternIsNamed) {
  const auto country = Patterns::make(Texts{"DE", "XX"}, Texts{});
  ASSERT_FALSE(country);
  EXPECT_EQ(country.error().kind, ErrorKind::invalid);
  EXPECT_NE(country.error().message.find("\"XX\" are not known; known are AL AT BA"), std::string::npos);
  for (const std::string wrong : {"", "AB-99", "aa99"}) {
    const auto pattern = Patterns::make(Texts{}, Texts{wrong});
    ASSERT_FALSE(pattern) << wrong;
    EXPECT_NE(pattern.error().message.find("found \"" + wrong + "\""), std::string::npos);
  }
}

TEST(PlatePatterns, OfEveryCountryAreWellFormed) {
  std::set<std::string_view> codes;
  for (const auto& country : countries()) {
    EXPECT_TRUE(codes.insert(country.code).second) << country.code;
    EXPECT_TRUE(Patterns::make(Texts{std::string(country.code)}, Texts{})) << country.code;
    EXPECT_EQ(find_country(country.code), &country);
  }
  EXPECT_TRUE(std::ranges::is_sorted(countries(), {}, &Country::code));
}

TEST(PlatePatterns, ArePlatesOnTheRoad) {
  const std::vector<std::pair<std::string, std::string>> plates = {
      {"DE", "MAB1234"}, {"DE", "BX99H"},     {"GB", "AB12CDE"}, {"BR", "ABC1D23"}, {"BR", "ABC1234"},
      {"NL", "12ABC3"},  {"NL", "G123BB"},    {"PL", "WA12345"}, {"ES", "1234BCD"}, {"US", "7ABC123"},
      {"CZ", "1A23456"}, {"IE", "131D1234"},  {"BE", "1ABC234"}, {"SE", "ABC12D"},  {"CH", "ZH123456"},
      {"AT", "W12345A"}, {"RU", "A123BC777"}, {"HU", "AABC123"}, {"PT", "AA01BB"},  {"FI", "ABC123"}};
  for (const auto& [country, plate] : plates)
    EXPECT_EQ(fitted(reading_of(plate), {country}), plate) << country;
}

}  // namespace
}  // namespace kinesight::vision::plate

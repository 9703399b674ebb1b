#include <gtest/gtest.h>

#include "vision/plate/readings.h"
#include "vision/plate/rules.h"

namespace kinesight::vision::plate {
namespace {

std::expected<Reading, std::string> judged(const TextRules& rules, const Reading& reading) {
  return TextJudge::make(rules).value().judge(reading);
}
std::expected<Reading, std::string> judged(const TextRules& rules, std::string_view text) {
  return judged(rules, reading_of(text));
}
/// Why it is not wanted; "" when it is.
std::string fault(const TextRules& rules, std::string_view text) {
  const auto reading = judged(rules, text);
  return reading ? "" : reading.error();
}

TEST(TextJudge, WithoutRulesPassesWhatIsLongEnough) {
  EXPECT_EQ(judged({}, "AB123")->text, "AB123");
  EXPECT_EQ(fault({}, "AB12"), "4 characters, min_text_length is 5");
  EXPECT_EQ(fault({.min_text_length = 4}, "AB12"), "");
}

TEST(TextJudge, FitsTextsToThePatterns) {
  const TextRules rules{.countries = {"FR"}};
  const auto fitted = judged(rules, "ABI23CD");
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->text, "AB123CD");
  EXPECT_EQ(fitted->country, "FR");
  EXPECT_EQ(fault(rules, "STOPHERE"), "\"STOPHERE\" fits none of the patterns");
  EXPECT_EQ(judged({}, "ABI23CD")->country, "");
  EXPECT_EQ(judged({.patterns = {"A9999"}}, "SI234")->text, "S1234");
}

TEST(TextJudge, ReplacesFirst) {
  const TextRules rules{.countries = {"FR"}, .replace = {"E=8", "XX="}};
  const auto reading = judged(rules, "XXABE23CD");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->text, "AB823CD");
  ASSERT_EQ(reading->characters.size(), 7U);
  EXPECT_EQ(reading->candidates.front().text, "AB823CD");
}

TEST(TextJudge, ReplacementsKeepWhatElseWasFoundPossible) {
  Reading given = reading_of("AB0123");
  given.characters[0].push_back({'4', 0.1F});
  given.candidates = {{"AB0123", 0.9F}, {"ABO123", 0.4F}, {"4B0123", 0.1F}};
  const auto reading = judged({.replace = {"O=0"}}, given);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->characters[0].size(), 2U);
  ASSERT_EQ(reading->candidates.size(), 2U) << "two candidates became one";
  EXPECT_EQ(reading->candidates[1].text, "4B0123");
}

TEST(TextJudge, MarksWhatIsOnAList) {
  const TextRules rules{.wanted_plates = {"W-123 AB"}, .known_plates = {"K-777 CD"}};
  EXPECT_EQ(judged(rules, "W123AB")->list, "wanted");
  EXPECT_EQ(judged(rules, "W12AB")->listed, "W-123 AB");
  EXPECT_EQ(judged(rules, "K777CD")->list, "known");
  EXPECT_EQ(judged(rules, "K777CD")->listed, "K-777 CD");
  EXPECT_EQ(judged(rules, "Z999ZZ")->list, "");
}

TEST(TextJudge, ItsListIsTheOneThatItIsNearerTo) {
  const TextRules rules{.wanted_plates = {"AB1234"}, .known_plates = {"AB1235", "CD9876"}};
  EXPECT_EQ(judged(rules, "AB1234")->list, "wanted");
  EXPECT_EQ(judged(rules, "AB1235")->list, "known");
  EXPECT_EQ(judged(rules, "AB1239")->list, "wanted") << "in doubt it is wanted";
}

TEST(TextJudge, HowManyLettersMayDifferIsAnOption) {
  TextRules rules{.wanted_plates = {"AB1234"}, .max_edit_distance = 0};
  EXPECT_EQ(judged(rules, "AB1239")->list, "");
  rules.max_edit_distance = 2;
  EXPECT_EQ(judged(rules, "AB1299")->list, "wanted");
}

TEST(TextJudge, KnownPlatesCanBeLeftOut) {
  TextRules rules{.known_plates = {"K-777 CD"}};
  EXPECT_EQ(fault(rules, "K777CD"), "");
  rules.report_known = false;
  EXPECT_EQ(fault(rules, "K777CD"), "known plate \"K-777 CD\", and report_known is false");
  EXPECT_EQ(fault(rules, "Z999ZZ"), "");
}

TEST(TextJudge, WhatIsOnAListNeedsNoPattern) {
  const TextRules rules{.countries = {"FR"}, .wanted_plates = {"STOP HERE"}};
  EXPECT_EQ(judged(rules, "STOPHERE")->list, "wanted");
  EXPECT_EQ(judged(rules, "STOPHERE")->country, "");
}

TEST(TextJudge, AScrapIsOnAListOnlyLetterByLetter) {
  const TextRules rules{.wanted_plates = {"VIP1"}};
  EXPECT_EQ(judged(rules, "VIP1")->list, "wanted");
  EXPECT_EQ(fault(rules, "VIP"), "3 characters, min_text_length is 5");
}

TEST(TextJudge, ListsAreReplacedAsReadingsAre) {
  const TextRules rules{.replace = {"O=0"}, .wanted_plates = {"OO-111"}, .max_edit_distance = 0};
  EXPECT_EQ(judged(rules, "00111")->list, "wanted");
  EXPECT_EQ(judged(rules, "OO111")->list, "wanted");
}

TEST(TextJudge, MakesNoneOfWrongRules) {
  EXPECT_EQ(TextJudge::make({.countries = {"XX"}}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(TextJudge::make({.patterns = {"A-9"}}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(TextJudge::make({.replace = {"O"}}).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace kinesight::vision::plate

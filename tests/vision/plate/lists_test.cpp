#include "vision/plate/lists.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/replay.h"
#include "vision/plate/alignment.h"
#include "vision/plate/readings.h"

namespace kinesight::vision::plate {
namespace {

PlateList list_of(const std::vector<std::string>& entries, int edits = 1) { return {entries, {}, edits}; }

std::string entry_of(const std::optional<Listed>& listed) { return listed ? listed->entry : ""; }

TEST(PlateList, FindsAnEntryAndGivesItAsWritten) {
  const auto list = list_of({"M-AB 123", "xy 99 z"});
  EXPECT_EQ(entry_of(list.nearest("MAB123")), "M-AB 123");
  EXPECT_EQ(list.nearest("MAB123")->distance, 0);
  EXPECT_EQ(entry_of(list.nearest("XY99Z")), "xy 99 z");
  EXPECT_EQ(entry_of(list.nearest("ZZ99Z")), "");
}

TEST(PlateList, ALetterMayDiffer) {
  const auto list = list_of({"MAB123"});
  for (const std::string text : {"MAB12", "XAB123", "MABX123", "MAB1234", "1MAB123", "MA123"}) {
    const auto listed = list.nearest(text);
    ASSERT_TRUE(listed) << text;
    EXPECT_EQ(listed->distance, kOneEdit) << text;
  }
  EXPECT_FALSE(list.nearest("MXX123"));
  EXPECT_FALSE(list_of({"MAB123"}, 0).nearest("XAB123"));
  EXPECT_TRUE(list_of({"MAB123"}, 2).nearest("MXX123"));
}

TEST(PlateList, TwoLookAlikesCountAsOneLetter) {
  const auto list = list_of({"MAB123"});
  EXPECT_EQ(list.nearest("MA8123")->distance, 1);
  EXPECT_EQ(list.nearest("MA8I23")->distance, 2);
  EXPECT_FALSE(list.nearest("M48I23"));
}

TEST(PlateList, TheNearestIsTheOneMeant) {
  EXPECT_EQ(entry_of(list_of({"MAB128", "MAB12", "MAB123"}, 2).nearest("MAB123")), "MAB123");
  EXPECT_EQ(entry_of(list_of({"MAX123", "MA8123"}).nearest("MAB123")), "MA8123")
      << "the one that looks like it";
  EXPECT_EQ(entry_of(list_of({"MAX123", "MAY123"}).nearest("MAB123")), "MAX123") << "of equals the first";
}

TEST(PlateList, EmptyEntriesAreNone) {
  EXPECT_EQ(list_of({"", "--", "AB1"}).size(), 1U);
  EXPECT_FALSE(list_of({""}).nearest("A"));
  EXPECT_FALSE(list_of({"AB123"}).nearest(""));
}

TEST(PlateList, FindsShortEntriesToo) {
  EXPECT_EQ(entry_of(list_of({"A1"}, 3).nearest("A12")), "A1");
  EXPECT_EQ(entry_of(list_of({"A1"}, 1).nearest("1")), "A1");
}

/// `text` with some letters exchanged, missed (but the last one) or too many.
std::string misread(Rng& rng, std::string text, int edits) {
  for (int i = 0; i < edits; ++i) {
    const int at = rng.integer(0, static_cast<int>(text.size()) - 1);
    const char other = "0OQB8XYZ29"[rng.integer(0, 9)];
    switch (rng.integer(0, 2)) {
      case 0:
        text[at] = other;
        break;
      case 1:
        if (text.size() > 1) text.erase(at, 1);
        break;
      default:
        text.insert(text.begin() + at, other);
    }
  }
  return text;
}

TEST(PlateList, FindsWhatALookAtEveryEntryFinds) {
  Rng rng(support::replay_seed());
  for (const int edits : {0, 1, 2, 3}) {
    std::vector<std::string> entries;
    for (int i = 0; i < 300; ++i) entries.push_back(misread(rng, random_plate(rng), rng.integer(0, 3)));
    const auto list = list_of(entries, edits);
    for (int round = 0; round < 500; ++round) {
      const auto text = misread(rng, entries[rng.integer(0, 299)], rng.integer(0, 4));
      int least = edits * kOneEdit + 1;
      for (const auto& entry : entries) least = std::min(least, distance(entry, text, edits * kOneEdit));
      const auto listed = list.nearest(text);
      ASSERT_EQ(listed ? listed->distance : edits * kOneEdit + 1, least) << text << ", " << edits << " edits";
      if (listed) {
        ASSERT_EQ(distance(listed->entry, text, 99), least);
      }
    }
  }
}

TEST(PlateList, AHundredThousandPlatesAreFewToLookAt) {
  Rng rng(support::replay_seed());
  std::vector<std::string> entries;
  for (int i = 0; i < 100'000; ++i) entries.push_back(random_plate(rng));
  for (const auto& [edits, most] : {std::pair{0, 10}, {1, 500}, {2, 7000}}) {
    const auto list = list_of(entries, edits);
    std::size_t worst = 0;
    for (int round = 0; round < 500; ++round) {
      std::size_t of_it = 0, of_another = 0;
      const auto& entry = entries[rng.integer(0, 99'999)];
      ASSERT_TRUE(list.nearest(misread(rng, entry, rng.integer(0, edits)), &of_it));
      (void)list.nearest(random_plate(rng), &of_another);
      worst = std::max({worst, of_it, of_another});
    }
    fmt::print("{} edits: at most {} of 100,000 looked at\n", edits, worst);
    EXPECT_LT(worst, static_cast<std::size_t>(most));
  }
}

}  // namespace
}  // namespace kinesight::vision::plate

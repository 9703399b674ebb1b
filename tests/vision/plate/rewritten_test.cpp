// Letters beyond ASCII on plates: what the configuration writes in their place is read.
#include "vision/plate/rewritten.h"

#include <gtest/gtest.h>

#include "vision/plate/places.h"

namespace kinesight::vision::plate {
namespace {

/// Reads "MÜAB12", and is not sure whether it is a Ü.
class Munich final : public ocr::TextReader {
 public:
  Result<ocr::Line> read(const cv::Mat&, const Turn&) override {
    ocr::Line line{.text = "MÜAB12", .score = 0.95F, .characters = {{{"M", 0.99F}}}};
    line.characters.push_back({{"Ü", 0.8F}, {"0", 0.1F}});
    for (const auto* letter : {"A", "B", "1", "2"}) line.characters.push_back({{letter, 0.99F}});
    return line;
  }
};

std::string read_with(std::vector<Replacement> replacements) {
  const auto reader = rewriting(std::make_unique<Munich>(), std::move(replacements));
  const auto line = reader->read({}, {});
  return line ? reading_of(merged({sight_of(*line, false)})).text : line.error().message;
}

TEST(PlateRewrittenTest, ALetterBeyondAsciiIsWhatTheRulesMakeOfIt) {
  EXPECT_EQ(read_with({}), "MAB12") << "without a rule it is no letter of a plate";
  EXPECT_EQ(read_with({{"Ü", "U"}}), "MUAB12");
  EXPECT_EQ(read_with({{"Ü", "UE"}}), "MUEAB12");
  EXPECT_EQ(read_with({{"Ü", ""}}), "MAB12");
  EXPECT_EQ(read_with({{"Ü", "京"}, {"京", "K"}}), "MKAB12") << "in their order";
}

TEST(PlateRewrittenTest, TheTextGoesWithItsCharacters) {
  const auto line = rewritten(*Munich().read({}, {}), {{"Ü", "UE"}});
  EXPECT_EQ(line.text, "MUEAB12");
  EXPECT_EQ(line.characters.size(), 7U);
  EXPECT_FLOAT_EQ(line.characters[2].front().score, 0.8F);
}

}  // namespace
}  // namespace kinesight::vision::plate

#include "vision/ocr/charset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::vision::ocr {
namespace {

TEST(Charset, HasNothingFirstAndTheSpaceLast) {
  const auto charset = Charset::from_lines("0\n1\nÖ\n");
  ASSERT_EQ(charset.classes(), 5U);
  EXPECT_EQ(charset.character(1), "0");
  EXPECT_EQ(charset.character(3), "Ö");
  EXPECT_EQ(charset.character(4), " ");
}

TEST(Charset, KeepsTheLastLineWithoutAnEndAndIgnoresReturns) {
  const auto charset = Charset::from_lines("a\r\nb");
  ASSERT_EQ(charset.classes(), 4U);
  EXPECT_EQ(charset.character(1), "a");
  EXPECT_EQ(charset.character(2), "b");
}

TEST(Charset, KeepsThePlacesOfWhatFollowsAnEmptyLine) {
  const auto charset = Charset::from_lines("a\n\nb\n");
  ASSERT_EQ(charset.classes(), 5U);
  EXPECT_EQ(charset.character(3), "b");
}

TEST(Charset, SaysWhereAModelWithoutCharactersWasExpectedToHaveThem) {
  const ModelInfo model{.file = "plates.onnx", .outputs = {}, .metadata = {{"names", "{0: 'plate'}"}}};
  const auto charset = Charset::of(model);
  ASSERT_FALSE(charset);
  EXPECT_EQ(charset.error().kind, ErrorKind::invalid);
  EXPECT_THAT(charset.error().message, testing::HasSubstr("plates.onnx"));
  EXPECT_THAT(charset.error().message, testing::HasSubstr("`character`"));
}

}  // namespace
}  // namespace kinesight::vision::ocr

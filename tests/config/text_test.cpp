// What a text may be, and what stands in it for something else.
#include <gmock/gmock.h>

#include "config/placeholders.h"
#include "config/sample_catalog.h"
#include "config/text_file.h"
#include "config/value.h"
#include "config/yaml.h"

namespace kinesight::config {
namespace {

TEST(Text, Utf8) {
  for (const std::string good :
       {"", "plain", "grün", "\xe2\x82\xac", "\xf0\x9f\x8e\xa5", "a\tb\r\nc", "\xef\xbb\xbfkey: 1"}) {
    EXPECT_TRUE(check_text(good)) << good;
  }
  const std::string overlong = "\xc0\xaf", surrogate = "\xed\xa0\x80", beyond = "\xf4\x90\x80\x80",
                    cut = "\xe2\x82";
  for (const std::string& bad :
       {overlong, surrogate, beyond, cut, std::string("\x80"), std::string("\x1b[0m")}) {
    EXPECT_FALSE(check_text(bad));
  }
  EXPECT_EQ(check_text("a\nb\n\xff").error().line, 3);
}

TEST(Placeholders, AreReplaced) {
  const Environment environment = environment_of({{"USER", "ann"}, {"EMPTY", ""}});
  EXPECT_EQ(fill_placeholders("rtsp://${USER}:${USER}@host", environment), "rtsp://ann:ann@host");
  EXPECT_EQ(fill_placeholders("a${EMPTY}b", environment), "ab");
  EXPECT_EQ(fill_placeholders("costs $5, $$ and $USER", environment), "costs $5, $$ and $USER");
  EXPECT_EQ(fill_placeholders("$${USER}", environment), "${USER}");
  EXPECT_FALSE(fill_placeholders("${NOBODY}", environment));
  EXPECT_FALSE(fill_placeholders("${USER", environment));
  EXPECT_FALSE(fill_placeholders("${}", environment));
  EXPECT_FALSE(fill_placeholders("${a-b}", environment));
}

TEST(Placeholders, AreNotLookedForInWhatTheyStandFor) {
  EXPECT_EQ(fill_placeholders("${A}", environment_of({{"A", "${B}"}, {"B", "no"}})), "${B}");
}

TEST(Values, WholeTextOrNothing) {
  int number = 7;
  EXPECT_FALSE(read(Value::scalar("12px"), number));
  EXPECT_FALSE(read(Value::scalar(""), number));
  EXPECT_FALSE(read(Value::scalar("99999999999"), number));
  EXPECT_FALSE(read(Value::list({"1"}), number));
  EXPECT_EQ(number, 7) << "left as it was";
  EXPECT_TRUE(read(Value::scalar("-3"), number));
  EXPECT_EQ(number, -3);
  double real = 0;
  EXPECT_FALSE(read(Value::scalar("inf"), real));
  EXPECT_TRUE(read(Value::scalar("1e-3"), real));
  EXPECT_DOUBLE_EQ(real, 0.001);
}

TEST(Values, ListsInOneWord) {
  EXPECT_THAT(split_list("knife, gun,,rifle "), testing::ElementsAre("knife", "gun", "rifle"));
  EXPECT_THAT(split_list(""), testing::IsEmpty());
}

TEST(Yaml, KnowsLinesKindsAndOrder) {
  const auto root = parse_yaml("b: 1\na:\n  - x\n  - {y: ~}\n");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->entries.size(), 2u);
  EXPECT_EQ(root->entries[0].key, "b");
  EXPECT_EQ(root->entries[1].line, 2);
  const YamlNode& list = root->entries[1].value;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1].line, 4);
  EXPECT_EQ(list.items[1].entries[0].value.kind, YamlNode::Kind::null);
}

TEST(Yaml, RefusesWhatWouldBeMisread) {
  EXPECT_EQ(parse_yaml("a: 1\n---\nb: 2\n").error().message, "expected one document, found a second");
  EXPECT_EQ(parse_yaml("a: !secret x\n").error().message, "expected a plain value, found the tag '!secret'");
  EXPECT_EQ(parse_yaml("[a]: 1\n").error().message, "expected a key, found a list");
  EXPECT_EQ(parse_yaml("? \n: 1\n").error().message, "expected a key, found nothing");
  EXPECT_FALSE(parse_yaml("a: &a [*a]\n")) << "an alias of what it is in";
}

TEST(Yaml, ErrorTextsStayOnOneLine) {
  EXPECT_EQ(in_quotes("a\nb"), "'a b'");
  const std::string text = in_quotes(std::string(59, 'x') + "üü");
  EXPECT_EQ(text, "'" + std::string(59, 'x') + "…'");
  EXPECT_TRUE(check_text(text));
}

}  // namespace
}  // namespace kinesight::config

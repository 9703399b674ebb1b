#include "aws/xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Xml, FindsTextsByPath) {
  const auto root = parse_xml(
      "<?xml version='1.0'?>\n<!-- hello -->\n<s3:List xmlns:s3=\"http://x/?a>b\" empty='/'><Name>n</Name>"
      "<Key a='b/'>first</Key><Key>second</Key><None/><Deep><E>c</E></Deep></s3:List>\n<!-- bye -->");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->name, "List");
  EXPECT_EQ(root->text_at("Name"), "n");
  EXPECT_EQ(root->text_at("Key"), "first");
  EXPECT_EQ(root->text_at("Deep/E"), "c");
  EXPECT_EQ(root->text_at("None"), "");
  ASSERT_TRUE(root->find("None"));
  EXPECT_FALSE(root->find("Nothing"));
  EXPECT_FALSE(root->find("Deep/E/F"));
  EXPECT_EQ(root->children.size(), 5U);
}

TEST(Xml, ResolvesEntitiesAndSections) {
  const auto root =
      parse_xml("<a>&lt;b&gt; &amp;amp; &quot;&apos; &#228;&#x1F3A5;<![CDATA[ <raw> & ]]><!-- no --></a>");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->text, "<b> &amp; \"' ä🎥 <raw> & ");
}

TEST(Xml, WhatIsEscapedComesBack) {
  const std::string text = "a<b>&\"c' ä";
  EXPECT_EQ(parse_xml("<a>" + xml_escape(text) + "</a>").value().text, text);
}

TEST(Xml, WhatIsNotWellFormedIsCorrupt) {
  for (const char* text : {"",
                           "secret",
                           "<",
                           "<>",
                           "<a",
                           "<a:></a:>",
                           "<1/>",
                           "<!a/>",
                           "<a>",
                           "<a>secret",
                           "<a></b>",
                           "<a></a",
                           "<a></a>secret",
                           "<a></a><b/>",
                           "<a><b></a></b>",
                           "<a>&secret;</a>",
                           "<a>&#0;</a>",
                           "<a>&#xD800;</a>",
                           "<a>&#x110000;</a>",
                           "<a>&#;</a>",
                           "<a>& </a>",
                           "<a x='></a>",
                           "<!-- secret",
                           "<?xml",
                           "<a><![CDATA[secret</a>",
                           "<a><!-- </a>",
                           "</a>",
                           "<!DOCTYPE a [<!ENTITY b \"secret\">]><a>&b;</a>",
                           "<a><!ELEMENT b></a>"}) {
    const auto root = parse_xml(text);
    ASSERT_FALSE(root) << text;
    EXPECT_EQ(root.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(root.error().message, Not(HasSubstr("secret"))) << text;
  }
}

TEST(Xml, HasBounds) {
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "<a>";
  EXPECT_THAT(parse_xml(deep).error().message, HasSubstr("levels"));
  std::string wide = "<a>";
  for (int i = 0; i < kMaxXmlElements; ++i) wide += "<b/>";
  EXPECT_THAT(parse_xml(wide + "</a>").error().message, HasSubstr("elements"));
  EXPECT_FALSE(parse_xml("<a>" + std::string(kMaxXmlBytes, 'x') + "</a>"));
}

}  // namespace
}  // namespace kinesight::aws

#include "aws/config/profile_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

ProfileFile parsed(std::string_view text) {
  auto file = parse_profile_file(text, "f");
  EXPECT_TRUE(file.has_value()) << (file ? "" : file.error().message);
  return file.value_or(ProfileFile{});
}

std::string value(const ProfileFile& file, const std::string& section, const std::string& key) {
  const auto place = file.sections.find(section);
  if (place == file.sections.end()) return "(no section)";
  const auto setting = place->second.find(key);
  return setting == place->second.end() ? "(no setting)" : setting->second.text();
}

std::string error(std::string_view text) {
  const auto file = parse_profile_file(text, "f");
  EXPECT_FALSE(file.has_value());
  return file ? "" : file.error().message;
}

TEST(ProfileFile, ReadsSectionsAndSettings) {
  const auto file = parsed("[default]\nregion = us-east-1\n[profile night]\nRegion=eu-west-1\nx : y\n");
  EXPECT_EQ(value(file, "default", "region"), "us-east-1");
  EXPECT_EQ(value(file, "profile night", "region"), "eu-west-1");
  EXPECT_EQ(value(file, "profile night", "x"), "y");
}

TEST(ProfileFile, SkipsCommentsButKeepsSignsInValues) {
  const auto file = parsed("# c\n[a]\n; c\nkey = v # not a comment\n  # c\nb = 1=2;3\n");
  EXPECT_EQ(value(file, "a", "key"), "v # not a comment");
  EXPECT_EQ(value(file, "a", "b"), "1=2;3");
}

TEST(ProfileFile, TakesWindowsLineEndsAndAByteOrderMark) {
  const auto file = parsed("\xef\xbb\xbf[a]\r\nk = v\r\n\r\n[b]\r\nk = w");
  EXPECT_EQ(value(file, "a", "k"), "v");
  EXPECT_EQ(value(file, "b", "k"), "w");
}

TEST(ProfileFile, JoinsIndentedLinesToTheValueAbove) {
  const auto file = parsed("[a]\nk = one\n  two\n\n\tthree = 3\nl = 4\n");
  EXPECT_EQ(value(file, "a", "k"), "one\ntwo\n\nthree = 3");
  EXPECT_EQ(value(file, "a", "l"), "4");
}

TEST(ProfileFile, NestsIndentedLinesBelowAKeyWithoutValue) {
  const auto file =
      parsed("[services s]\ns3 =\n  endpoint_url = http://a\n  # c\n  other=b\nsts =\n  endpoint_url = c\n");
  const auto& section = file.sections.at("services s");
  EXPECT_EQ(section.at("s3").nested.at("endpoint_url").reveal(), "http://a");
  EXPECT_EQ(section.at("s3").nested.at("other").reveal(), "b");
  EXPECT_EQ(section.at("sts").nested.at("endpoint_url").reveal(), "c");
}

TEST(ProfileFile, TakesAnIndentedFileAsItIs) {
  const auto file = parsed("  [a]\n  k = v\n  [b]\n  k = w\n");
  EXPECT_EQ(value(file, "a", "k"), "v");
  EXPECT_EQ(value(file, "b", "k"), "w");
}

TEST(ProfileFile, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_THAT(error("[a]\n[b\n"), HasSubstr("f:2: expected a section as [name]"));
  EXPECT_THAT(error("[]\n"), HasSubstr("f:1:"));
  EXPECT_THAT(error("k = v\n"), HasSubstr("f:1: expected a section"));
  EXPECT_THAT(error("[a]\n\nword\n"), HasSubstr("f:3: expected a setting as name = value, found no ="));
  EXPECT_THAT(error("[a]\n= v\n"), HasSubstr("f:2:"));
  EXPECT_THAT(error("[a]\nk = 1\n[a]\n"), HasSubstr("f:3: section [a] is in this file already"));
  EXPECT_THAT(error("[a]\nk = 1\nK = 2\n"), HasSubstr("f:3: k is in this section already (f:2)"));
  EXPECT_THAT(error("[a]\ns3 =\n  word\n"), HasSubstr("f:3: expected name = value in the indented lines"));
}

TEST(ProfileFile, SaysNothingOfTheLineItself) {
  EXPECT_THAT(error("[a]\naws_secret_access_key PLANTED\n"), Not(HasSubstr("PLANTED")));
  EXPECT_THAT(error("aws_secret_access_key = PLANTED\n"), Not(HasSubstr("PLANTED")));
  EXPECT_THAT(error("[PLANTED\n"), Not(HasSubstr("PLANTED")));
}

}  // namespace
}  // namespace kinesight::aws

#include "config/replace_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "support/temp_folder.h"

namespace kinesight::config {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ReplaceFile, MakesAFileAndReplacesItWithItsMode) {
  const support::TempFolder folder;
  const auto file = folder.path() / "cameras.yaml";
  ASSERT_TRUE(replace_file(file, "one"));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  fs::permissions(file, fs::perms(0644));
  ASSERT_TRUE(replace_file(file, "two"));
  EXPECT_EQ(text_of(file), "two");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0644));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "nothing is left beside it";
}

TEST(ReplaceFile, WhatALinkPointsToIsSomebodyElses) {
  const support::TempFolder folder;
  std::ofstream(folder.path() / "real") << "one";
  fs::create_symlink("real", folder.path() / "link");
  const auto replaced = replace_file(folder.path() / "link", "two");
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().kind, ErrorKind::denied);
  EXPECT_EQ(text_of(folder.path() / "real"), "one");
}

TEST(ReplaceFile, AFolderThatIsNotThereIsAnError) {
  const support::TempFolder folder;
  EXPECT_FALSE(replace_file(folder.path() / "none" / "file", "text"));
}

}  // namespace
}  // namespace kinesight::config

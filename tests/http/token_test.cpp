#include "http/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <thread>

#include "support/temp_folder.h"

namespace kinesight::http {
namespace {

namespace fs = std::filesystem;

TEST(Token, IsMadeOnceAndKeptFromOthers) {
  const support::TempFolder folder;
  const auto state = folder.path() / "made" / "if" / "absent";
  const auto made = load_or_create_token(state);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->created);
  EXPECT_EQ(made->value.size(), 64u);
  EXPECT_EQ(made->path, state / "http-token");
  EXPECT_EQ(fs::status(made->path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto again = load_or_create_token(state);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->value, made->value);
}

TEST(Token, ManyWhoStartAtOnceAgreeOnOne) {
  const support::TempFolder folder;
  std::vector<std::string> values(8);
  {
    std::vector<std::jthread> threads;
    for (auto& value : values)
      threads.emplace_back([&] { value = load_or_create_token(folder.path()).value().value; });
  }
  EXPECT_THAT(std::set<std::string>(values.begin(), values.end()), testing::SizeIs(1));
}

TEST(Token, MayBeWrittenByHand) {
  const support::TempFolder folder;
  std::ofstream(folder.path() / "http-token") << "my own words\n";
  EXPECT_EQ(load_or_create_token(folder.path()).value().value, "my");
}

TEST(Token, AnEmptyFileIsAnErrorThatSaysWhatToDo) {
  const support::TempFolder folder;
  std::ofstream(folder.path() / "http-token") << "\n";
  const auto token = load_or_create_token(folder.path());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(token.error().message, testing::HasSubstr("delete it"));
}

TEST(Token, AFolderThatCannotBeMadeIsAnError) {
  const support::TempFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_FALSE(load_or_create_token(folder.path() / "file"));
}

TEST(Token, SecretsAreEqualOnlyWhenTheyAre) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_FALSE(same_secret("", "a"));
}

}  // namespace
}  // namespace kinesight::http

#include "storage/directory_store.h"

#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "storage/scripted_store.h"

namespace kinesight::storage {
namespace {

namespace fs = std::filesystem;
using testing::UnorderedElementsAre;

class DirectoryStoreTest : public StoreTest {
 protected:
  Result<Stored> put(const std::string& key, const ObjectAttributes& attributes = {}) {
    return store_->put_file(key, file(10), attributes, {});
  }
  /// Names of all files of the store, from its folder on.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(root_).string());
    return names;
  }

  const fs::path root_ = folder_.path() / "new" / "store";
  std::unique_ptr<ObjectStore> store_ = make_directory_store(root_, clock_).value();
};

TEST_F(DirectoryStoreTest, AnObjectIsAFileWithItsAttributesBeside) {
  ASSERT_EQ(put("live/a.mp4", {.content_type = "video/mp4", .metadata = {{"n", "v"}}}).value(), Stored::now);
  EXPECT_THAT(files(), UnorderedElementsAre("live/a.mp4", "live/a.mp4.json"));
  std::ifstream side(root_ / "live/a.mp4.json");
  EXPECT_EQ(nlohmann::json::parse(side),
            nlohmann::json::parse(R"({"content_type": "video/mp4", "metadata": {"n": "v"}})"));
}

TEST_F(DirectoryStoreTest, ADiskThatIsFullLeavesNothing) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto path = file(kLong);
  const rlimit small{1 << 20, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto stored = store_->put_file("live/a.mp4", path, {}, {});
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(files().empty());
}

TEST_F(DirectoryStoreTest, AProcessThatDiedBetweenTheTwoFilesIsMadeUpFor) {
  ASSERT_EQ(put("live/a.mp4", {.content_type = "video/mp4", .metadata = {}}).value(), Stored::now);
  fs::remove(root_ / "live/a.mp4.json");
  EXPECT_EQ(store_->status("live/a.mp4", {}).value().value().bytes, 10) << "the object counts";
  EXPECT_EQ(put("live/a.mp4", {.content_type = "video/mp4", .metadata = {}}).value(), Stored::before);
  EXPECT_EQ(store_->status("live/a.mp4", {}).value().value().content_type, "video/mp4");
}

TEST_F(DirectoryStoreTest, NamesOfSideFilesAreNoKeys) {
  const auto stored = put("a.mp4.json");
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, ErrorKind::invalid);
}

TEST_F(DirectoryStoreTest, AnObjectCannotBeAFolderOfOthers) {
  ASSERT_TRUE(put("a"));
  const auto stored = put("a/b.mp4");
  ASSERT_FALSE(stored);
  EXPECT_EQ(store_->status("a/b.mp4", {}).value(), std::nullopt);
  EXPECT_EQ(store_->status("a", {}).value().value().bytes, 10);
  ASSERT_TRUE(put("folder/b.mp4"));
  EXPECT_EQ(store_->status("folder", {}).value(), std::nullopt);
}

TEST_F(DirectoryStoreTest, ASideFileThatIsNoneIsNoTrouble) {
  ASSERT_TRUE(put("a.mp4"));
  for (const char* text : {"", "[]", R"({"content_type": 7, "metadata": {"n": 7}})", "{\"metadata\": []}"}) {
    std::ofstream(root_ / "a.mp4.json") << text;
    const auto status = store_->status("a.mp4", {});
    ASSERT_TRUE(status) << text;
    EXPECT_TRUE((*status)->metadata.empty());
  }
}

TEST_F(DirectoryStoreTest, WhatIsNoFolderIsRefused) {
  const auto made = make_directory_store(file(10) / "below", clock_);
  ASSERT_FALSE(made);
  EXPECT_EQ(make_directory_store("/proc/no-such-folder", clock_).has_value(), false);
}

TEST_F(DirectoryStoreTest, ALinkIsTheFilesUrl) {
  const auto link = store_->link("live/a b#.mp4", 60, {}).value();
  EXPECT_THAT(link.url, testing::EndsWith("/new/store/live/a%20b%23.mp4"));
  EXPECT_EQ(link.expires_seconds, static_cast<std::int64_t>(clock_.wall_seconds()) + 60);
}

TEST_F(DirectoryStoreTest, ACheckLeavesNothing) {
  EXPECT_TRUE(store_->check({}));
  EXPECT_TRUE(files().empty());
  fs::remove_all(root_);
  EXPECT_FALSE(store_->check({}));
}

}  // namespace
}  // namespace kinesight::storage

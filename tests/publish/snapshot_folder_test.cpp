#include "publish/local/snapshot_folder.h"

#include "publish/local_fixture.h"

namespace kinesight::publish {
namespace {

namespace fs = std::filesystem;

class SnapshotFolderTest : public testing::Test {
 protected:
  using Bytes = std::vector<std::uint8_t>;
  support::TempFolder temp_;
  SnapshotFolder folder_{temp_.path()};
  const std::string key_ = event::snapshot_key("snapshots", "front", kNowMs);
};

TEST_F(SnapshotFolderTest, GivesBackWhatItWasGiven) {
  ASSERT_TRUE(folder_.write(key_, Bytes{1, 2, 3}));
  ASSERT_TRUE(folder_.write(key_, Bytes{4, 5}));
  EXPECT_EQ(folder_.read(key_).value(), (Bytes{4, 5}));
}

TEST_F(SnapshotFolderTest, LeavesNoEmptyFolders) {
  const std::string other = event::snapshot_key("snapshots", "front", kNowMs + 1);
  ASSERT_TRUE(folder_.write(key_, Bytes{1}));
  ASSERT_TRUE(folder_.write(other, Bytes{1}));
  ASSERT_TRUE(folder_.remove(key_));
  EXPECT_TRUE(folder_.read(other));
  ASSERT_TRUE(folder_.remove(other));
  EXPECT_TRUE(fs::is_empty(temp_.path() / "snapshots"));
  EXPECT_TRUE(folder_.remove(other)) << "what is gone is no error";
}

TEST_F(SnapshotFolderTest, SweepFindsPicturesAndDeletesUnfinishedOnes) {
  ASSERT_TRUE(folder_.write(key_, Bytes{1, 2, 3}));
  std::ofstream(temp_.path() / "snapshots/front/2026/01/31/7.jpg.tmp") << "half";
  std::ofstream(temp_.path() / "snapshots/front/notes.txt") << "somebody's own";
  std::vector<std::pair<std::string, std::int64_t>> found;
  ASSERT_TRUE(
      folder_.sweep([&](const std::string& key, std::int64_t bytes) { found.emplace_back(key, bytes); }));
  EXPECT_THAT(found, testing::ElementsAre(std::pair(key_, 3)));
  EXPECT_TRUE(files_in(temp_.path(), ".tmp").empty());
  EXPECT_TRUE(fs::exists(temp_.path() / "snapshots/front/notes.txt"));
}

TEST_F(SnapshotFolderTest, TakesOnlySnapshotKeys) {
  for (const char* key :
       {"", "a.jpg", "/snapshots/a.jpg", "snapshots/../a.jpg", "snapshots/./a.jpg", "snapshots//a.jpg",
        "snapshots/a.png", "snapshotsx/a.jpg/..", "snapshots/a\\b.jpg", "snapshots/a b.jpg"}) {
    EXPECT_FALSE(is_snapshot_key(key)) << key;
    EXPECT_EQ(folder_.write(key, Bytes{1}).error().kind, ErrorKind::invalid) << key;
  }
  EXPECT_FALSE(is_snapshot_key(std::string("snapshots/a\0.jpg", 16)));
  EXPECT_TRUE(is_snapshot_key(key_));
  EXPECT_FALSE(is_snapshot_key("snapshots/front/holiday.jpg"));
}

TEST_F(SnapshotFolderTest, KnowsAPictureByItsKeyElsewhere) {
  EXPECT_EQ(local_key(event::snapshot_key("site-7/night", "front", kNowMs)), key_);
  EXPECT_EQ(local_key(event::snapshot_key("", "front", kNowMs)), key_);
  EXPECT_FALSE(local_key("../front/2026/01/31/1769860800000.jpg"));
}

}  // namespace
}  // namespace kinesight::publish

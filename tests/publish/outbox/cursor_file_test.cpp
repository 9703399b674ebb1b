// The cursor: whatever part of a write reached the disk, the state before it or the state after it is there.
#include "publish/outbox/cursor_file.h"

#include <fstream>

#include "publish/outbox/outbox_fixture.h"

namespace kinesight::publish::outbox {
namespace {

CursorState sample(std::uint64_t round) {
  return {.base = 5,
          .next = 1000 + round,
          .suspect_until = 3,
          .position = {.segment = 901, .offset = 4096},
          .oldest_ms = -1,
          .delivered = 900,
          .dead = 2,
          .dropped = 1,
          .uncertain = 4,
          .outstanding = {{.sequence = 903, .sending = true},
                          {.sequence = 904},
                          {.sequence = 990, .sending = round % 2 == 0}}};
}

class CursorFileTest : public testing::Test {
 protected:
  std::string bytes() const { return read_file(path_).value(); }
  void replace(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  support::TempFolder folder_;
  std::filesystem::path path_ = folder_.path() / "events.kds.cursor";
  FaultyDisk disk_;
};

TEST_F(CursorFileTest, ComesBackAsItWas) {
  auto cursor = CursorFile::create(disk_, path_, sample(0), true).value();
  EXPECT_EQ(CursorFile::read(path_).value(), sample(0));
  for (std::uint64_t round = 1; round < 5; ++round) {
    ASSERT_TRUE(cursor.write(sample(round)));
    EXPECT_EQ(CursorFile::read(path_).value(), sample(round));
  }
  auto again = CursorFile::open(disk_, path_).value();
  ASSERT_TRUE(again.write(sample(5)));
  EXPECT_EQ(CursorFile::read(path_).value(), sample(5));
}

TEST_F(CursorFileTest, AWriteThatIsTornAtAnyByteLeavesTheStateBeforeIt) {
  auto cursor = CursorFile::create(disk_, path_, sample(0), false).value();
  for (std::uint64_t round = 1; round <= 2; ++round) {  // Once into each slot.
    const auto before = bytes();
    ASSERT_TRUE(cursor.write(sample(round)));
    const auto after = bytes();
    for (std::size_t at = 0; at < after.size(); ++at) {
      if (before[at] == after[at]) continue;
      // The bytes before this one are new, the rest is old; then the other way round.
      replace(after.substr(0, at) + before.substr(at));
      EXPECT_EQ(CursorFile::read(path_).value(), sample(round - 1)) << "byte " << at;
      replace(before.substr(0, at + 1) + after.substr(at + 1));
      EXPECT_EQ(CursorFile::read(path_).value(), sample(round - 1)) << "byte " << at;
    }
    replace(after);
  }
}

TEST_F(CursorFileTest, GoesOnAfterATornWrite) {
  {
    auto cursor = CursorFile::create(disk_, path_, sample(0), false).value();
    ASSERT_TRUE(cursor.write(sample(1)));
  }
  auto torn = bytes();
  torn[30] = static_cast<char>(~torn[30]);  // In the newer slot: the second write goes to the first one.
  replace(torn);
  ASSERT_EQ(CursorFile::read(path_).value(), sample(0));
  auto cursor = CursorFile::open(disk_, path_).value();
  ASSERT_TRUE(cursor.write(sample(2)));
  EXPECT_EQ(CursorFile::read(path_).value(), sample(2));
}

TEST_F(CursorFileTest, SaysWhenNothingIsWhole) {
  ASSERT_TRUE(CursorFile::create(disk_, path_, sample(0), false));
  replace("KSOBCUR1 and nothing else");
  EXPECT_EQ(CursorFile::read(path_).value(), std::nullopt);
  const auto opened = CursorFile::open(disk_, path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
}

TEST_F(CursorFileTest, AFailedWriteLeavesTheStateBeforeIt) {
  auto cursor = CursorFile::create(disk_, path_, sample(0), true).value();
  disk_.room = 10;
  EXPECT_FALSE(cursor.write(sample(1)));
  EXPECT_EQ(CursorFile::read(path_).value(), sample(0));
  disk_.room = UINT64_MAX;
  ASSERT_TRUE(cursor.write(sample(2)));
  EXPECT_EQ(CursorFile::read(path_).value(), sample(2));
}

TEST_F(CursorFileTest, HoldsAsManyOutstandingEntriesAsThereCanBe) {
  auto state = sample(0);
  state.outstanding.clear();
  for (std::uint64_t i = 0; i < 16 * 1024; ++i) state.outstanding.push_back({.sequence = 1'000'000 * i});
  auto cursor = CursorFile::create(disk_, path_, state, false);
  ASSERT_TRUE(cursor) << cursor.error().message;
  EXPECT_EQ(CursorFile::read(path_).value(), state);
}

TEST_F(CursorFileTest, AFileThatIsJustBeingMadeIsNotThere) {
  disk_.room = 10;
  EXPECT_FALSE(CursorFile::create(disk_, path_, sample(0), true));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace kinesight::publish::outbox

// Whatever is in a file: facts or an error, soon, and no crash. Under the sanitizers it says most.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "support/replay.h"
#include "video/boxes.h"
#include "video/clip/parts.h"

namespace kinesight::video::test {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kRounds = 1'000;
#else
constexpr int kRounds = 5'000;  // For each container.
#endif

class DamagedClip : public testing::TestWithParam<Container> {
 protected:
  /// All that is done with a file from outside. Whether it was taken for a clip.
  bool use(const std::string& bytes) {
    Files files;
    const int file = files.open(bytes);
    const auto facts = inspect_clip(file);
    const ClipPart part{file, kStart};
    const auto joined = join_clip({&part, 1}, kStart + 0.5, kStart + 3, files.open());
    const auto picture = clip_thumbnail(file, 64, 50);
    for (const Error* error : {facts ? nullptr : &facts.error(), joined ? nullptr : &joined.error(),
                               picture ? nullptr : &picture.error()}) {
      if (error != nullptr) {
        EXPECT_FALSE(error->message.empty());
      }
    }
    return facts.has_value();
  }

  Camera camera{40, {.width = 64, .height = 48, .fps = 10, .b_frames = 2}};
  std::string good = camera.bytes(0, 2, GetParam());
};

TEST_P(DamagedClip, ThatIsCutOffIsNoClip) {
  ASSERT_TRUE(use(good));
  const auto whole = camera.bytes(0, 1, GetParam()).size();  // One of two Matroska files is a clip too.
  for (std::size_t length = 0; length < good.size(); length += 1024) {
    if (length != whole) {
      EXPECT_FALSE(use(good.substr(0, length))) << length << " of " << good.size();
    }
  }
  EXPECT_FALSE(use(good.substr(0, good.size() - 1)));
}

TEST_P(DamagedClip, OfRandomBits) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < kRounds; ++round) {
    std::string bytes = good;
    for (int flips = rng.integer(1, 8); flips > 0; --flips) {
      // Most of a file is frames, where little can go wrong: half of the flips are in the index.
      const auto most = rng.integer(0, 1) == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 2048);
      const auto at = static_cast<std::size_t>(rng.integer(0, static_cast<int>(most) - 1));
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << rng.integer(0, 7)));
    }
    use(bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Containers, DamagedClip, testing::Values(Container::mp4, Container::matroska),
                         [](const auto& of) { return of.param == Container::mp4 ? "mp4" : "matroska"; });

TEST(DamagedIndex, ThatClaimsMoreThanThereIsTakesNoMemory) {
  Camera camera(20, {.width = 64, .height = 48, .fps = 10, .b_frames = 2});
  const std::string good = camera.bytes(0, 1);
  for (const char* table : {"stts", "ctts", "stsc", "stss", "stco"}) {
    std::string bytes = good;
    const auto at = bytes.find(table);
    ASSERT_NE(at, std::string::npos) << table;
    boxes::write_u32(bytes, at + 8, 0xffffffff);
    Files files;
    const auto facts = inspect_clip(files.open(bytes));
    ASSERT_FALSE(facts) << table;
    EXPECT_EQ(facts.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(facts.error().message, testing::HasSubstr("claim"));
  }
  for (const char* box : {"ftyp", "moov", "mdat"}) {
    std::string bytes = good;
    boxes::write_u32(bytes, bytes.find(box) - 4, 0x7fffffff);
    Files files;
    const auto facts = inspect_clip(files.open(bytes));
    ASSERT_FALSE(facts) << box;
    EXPECT_THAT(facts.error().message, testing::HasSubstr("cut off"));
  }
}

}  // namespace
}  // namespace kinesight::video::test

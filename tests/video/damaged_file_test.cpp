// Files cut at random places and with random bytes in them: whatever they hold, it ends in frames or an
// Error.
#include <gtest/gtest.h>

#include "base/rng.h"
#include "support/temp_folder.h"
#include "video/any_video.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

constexpr std::uint64_t kSeed = 20240611;

/// Plays a file to its end or its error, whichever comes first.
void play(const std::filesystem::path& path) {
  const auto source = make_source(file_source_kind(), {{"path", path}, {"pace", "max"}}, {});
  if (!source->open({})) return;
  double last = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto frame = source->read({});
    if (!frame) {
      EXPECT_NE(frame.error().message, "");
      return;
    }
    if (!*frame) return;
    EXPECT_GT((*frame)->capture_time, last);
    last = (*frame)->capture_time;
    // Touch the far corner: the view must not reach beyond its pixels.
    const FrameView& view = (*frame)->view;
    const volatile std::uint8_t corner =
        view.planes[0].data[(view.height - 1) * view.planes[0].stride + view.width - 1];
    static_cast<void>(corner);
  }
  ADD_FAILURE() << "no end in sight";
}

class DamagedFile : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "avi") {
      write_any_video(path, 30, {.encoder = "mpeg4", .format = AV_PIX_FMT_YUV420P});
    } else {
      write_movie(folder.path() / "movie.mp4", 30, {.b_frames = 2});
      remux(folder.path() / "movie.mp4", path);
    }
    good = slurp(path);
    RecordProperty("seed", std::to_string(kSeed));
  }

  support::TempFolder folder;
  const std::filesystem::path path = folder.path() / ("damaged." + GetParam());
  std::string good;
  Rng rng{kSeed};
};

TEST_P(DamagedFile, CutAnywhereEndsInFramesOrAnError) {
  for (int i = 0; i < 50; ++i) {
    const auto size = rng.integer(1, static_cast<int>(good.size()));
    SCOPED_TRACE(fmt::format("seed {}, cut to {} bytes", kSeed, size));
    spill(path, good.substr(0, size));
    play(path);
  }
}

TEST_P(DamagedFile, FlippedBytesEndInFramesOrAnError) {
  for (int i = 0; i < 100; ++i) {
    SCOPED_TRACE(fmt::format("seed {}, file {}", kSeed, i));
    std::string bad = good;
    // Half of the files are damaged in the first kilobyte, where the headers are.
    const int reach = i % 2 == 0 ? std::min<int>(1024, bad.size()) : static_cast<int>(bad.size());
    const int flips = rng.integer(1, 20);
    for (int flip = 0; flip < flips; ++flip)
      bad[rng.integer(0, reach - 1)] = static_cast<char>(rng.integer(0, 255));
    spill(path, bad);
    play(path);
  }
}

INSTANTIATE_TEST_SUITE_P(Containers, DamagedFile, testing::Values("mp4", "ts", "mkv", "avi"),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace kinesight::video::test

// Frames go through memory, they do not stay there. Not built with sanitizers, which keep books in memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/rng.h"
#include "video/clip/jobs.h"
#include "video/clip/parts.h"

namespace kinesight::video::test {
namespace {

/// A movie of noise: some 8 MB.
void write_noise(const std::filesystem::path& path) {
  auto writer = Mp4Writer::create(path, {.width = 320, .height = 240, .fps = 10, .quality = 10}).value();
  Picture picture = numbered_picture(0, 320, 240);
  Rng rng(1);
  for (int frame = 0; frame < 100; ++frame) {
    for (auto& pixel : picture.pixels) pixel = static_cast<std::uint8_t>(rng.integer(0, 255));
    ASSERT_TRUE(writer->write(picture.view()));
  }
  ASSERT_TRUE(writer->finish());
}

/// Of the largest of the child processes that have ended.
std::size_t most_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

TEST(ClipMemory, DoesNotGrowWithTheFrames) {
  auto sandbox = Sandbox::start(clip_jobs());
  ASSERT_TRUE(sandbox) << sandbox.error().message;
  Files files;
  write_noise(files.folder() / "noise.mp4");
  const std::string bytes = slurp(files.folder() / "noise.mp4");
  ASSERT_GT(bytes.size(), 6'000'000u);
  const int part = files.open(bytes);
  std::vector<ClipPart> parts;
  for (int i = 0; i < 20; ++i) parts.push_back({part, kStart + 10.0 * i});
  const int output = files.open();
  const auto facts =
      ClipTools(**sandbox).join(parts, kStart + 0.55, kStart + 200, output, ShortParts::leave, {});
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->shown_frames, 1995);
  EXPECT_GT(std::filesystem::file_size(files.folder() / "1"), 19 * bytes.size());
  EXPECT_LT(most_resident_bytes(), std::size_t{48} << 20);
}

}  // namespace
}  // namespace kinesight::video::test

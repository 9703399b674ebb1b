#include "video/mp4_writer.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

class Mp4WriterTest : public testing::TestWithParam<std::string> {
 protected:
  ErrorKind refused(const Mp4Options& options) {
    const auto writer = Mp4Writer::create(path, options);
    EXPECT_FALSE(writer);
    return writer ? ErrorKind::cancelled : writer.error().kind;
  }

  support::TempFolder folder;
  const std::filesystem::path path = folder.path() / "movie.mp4";
  const std::filesystem::path partial = folder.path() / "movie.mp4.partial";
};

TEST_P(Mp4WriterTest, WritesWhatCanBeReadBack) {
  write_movie(path, 25, {.codec = GetParam()});
  const auto source = make_source(file_source_kind(), {{"path", path}, {"pace", "max"}}, {});
  ASSERT_TRUE(source->open({}));
  EXPECT_EQ(numbers(read_all(*source)), every(1, 25));
}

TEST_P(Mp4WriterTest, TheSameFramesGiveTheSameBytes) {
  write_movie(path, 12, {.codec = GetParam(), .b_frames = 2});
  write_movie(folder.path() / "again.mp4", 12, {.codec = GetParam(), .b_frames = 2});
  EXPECT_EQ(slurp(path), slurp(folder.path() / "again.mp4"));
}

TEST_P(Mp4WriterTest, TheIndexStandsInFront) {
  write_movie(path, 5, {.codec = GetParam()});
  const std::string bytes = slurp(path);
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
}

TEST_P(Mp4WriterTest, ConvertsBgrWithTheMatrixAndRangeThatTheFileIsTaggedWith) {
  for (const auto matrix : {ColorMatrix::bt601, ColorMatrix::bt709}) {
    for (const auto range : {ColorRange::limited, ColorRange::full}) {
      Mp4Options options{
          .width = 64, .height = 64, .quality = 5, .codec = GetParam(), .matrix = matrix, .range = range};
      std::vector<std::uint8_t> red(64 * 64 * 3, 0);
      for (std::size_t i = 2; i < red.size(); i += 3) red[i] = 255;
      auto writer = Mp4Writer::create(path, options);
      ASSERT_TRUE(writer) << writer.error().message;
      ASSERT_TRUE((*writer)->write({PixelFormat::bgr24, 64, 64, {{{red.data(), 64 * 3}}}}));
      ASSERT_TRUE((*writer)->finish());

      const auto source = make_source(file_source_kind(), {{"path", path}, {"pace", "max"}}, {});
      ASSERT_TRUE(source->open({}));
      const auto frame = source->read({});
      ASSERT_TRUE(frame && *frame);
      const FrameView& view = (*frame)->view;
      EXPECT_EQ(view.matrix, matrix);
      EXPECT_EQ(view.range, range);
      // Luma of pure red: Kr (ITU-T H.273), in 0-255 or 16-235.
      const double weight = matrix == ColorMatrix::bt709 ? 0.2126 : 0.299;
      const double luma = range == ColorRange::full ? weight * 255 : 16 + weight * 219;
      EXPECT_NEAR(view.planes[0].data[32 * view.planes[0].stride + 32], luma, 2);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, Mp4WriterTest, testing::Values("h264", "hevc"),
                         [](const auto& of) { return of.param; });

TEST_F(Mp4WriterTest, TheFileAppearsOnlyWhenItIsFinished) {
  auto writer = Mp4Writer::create(path, {.width = 64, .height = 64});
  ASSERT_TRUE(writer) << writer.error().message;
  ASSERT_TRUE((*writer)->write(numbered_picture(1, 64, 64).view()));
  EXPECT_FALSE(exists(path));
  ASSERT_TRUE((*writer)->finish());
  EXPECT_TRUE(exists(path));
  EXPECT_FALSE(exists(partial));
}

TEST_F(Mp4WriterTest, AnUnfinishedFileLeavesNothingBehindAndTheOldOneInPlace) {
  spill(path, "old");
  auto writer = Mp4Writer::create(path, {.width = 64, .height = 64});
  ASSERT_TRUE(writer);
  EXPECT_TRUE(exists(partial));
  writer->reset();
  EXPECT_FALSE(exists(partial));
  EXPECT_EQ(slurp(path), "old");
}

TEST_F(Mp4WriterTest, RefusesOptionsThatCannotWork) {
  EXPECT_EQ(refused({.width = 63, .height = 64}), ErrorKind::invalid);
  EXPECT_EQ(refused({.width = 64, .height = 0}), ErrorKind::invalid);
  EXPECT_EQ(refused({.width = 64, .height = 64, .fps = 0}), ErrorKind::invalid);
  EXPECT_EQ(refused({.width = 64, .height = 64, .quality = 52}), ErrorKind::invalid);
  EXPECT_EQ(refused({.width = 64, .height = 64, .codec = "vp9"}), ErrorKind::invalid);
  EXPECT_EQ(refused({.width = 64, .height = 64, .b_frames = -1}), ErrorKind::invalid);
}

TEST_F(Mp4WriterTest, NamesTheFileThatCannotBeCreated) {
  const auto writer = Mp4Writer::create(folder.path() / "absent" / "movie.mp4", {.width = 64, .height = 64});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().kind, ErrorKind::not_found);
  EXPECT_TRUE(writer.error().message.contains("absent/movie.mp4")) << writer.error().message;
}

TEST_F(Mp4WriterTest, RefusesFramesOfAnotherSizeOrCoding) {
  auto writer = Mp4Writer::create(path, {.width = 64, .height = 64});
  ASSERT_TRUE(writer);
  const Picture larger = numbered_picture(1, 66, 64);
  EXPECT_EQ((*writer)->write(larger.view()).error().kind, ErrorKind::invalid);
  const Picture picture = numbered_picture(1, 64, 64);
  FrameView full = picture.view();
  full.range = ColorRange::full;
  EXPECT_EQ((*writer)->write(full).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace kinesight::video::test

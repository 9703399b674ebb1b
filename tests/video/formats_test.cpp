// Codecs, containers, pixel formats and sizes that the file source must get right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "video/any_video.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

using testing::ElementsAreArray;

class Formats : public testing::Test {
 protected:
  std::unique_ptr<FrameSource> opened(const std::string& name) {
    auto source = make_source(file_source_kind(),
                              {{"path", folder.path() / name}, {"pace", "max"}, {"decode", "all"}}, {});
    const auto result = source->open({});
    EXPECT_TRUE(result) << result.error().message;
    return source;
  }

  Frame first(const std::string& name) {
    const auto frame = opened(name)->read({});
    EXPECT_TRUE(frame && *frame);
    return frame && *frame ? **frame : Frame{};
  }

  support::TempFolder folder;
};

struct Case {
  std::string file;
  AnyVideo video;
  PixelFormat format;
  ColorRange range;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.file; }

class EveryFormat : public Formats, public testing::WithParamInterface<Case> {};

TEST_P(EveryFormat, EveryFrameComesOnceInOrder) {
  const Case& row = GetParam();
  write_any_video(folder.path() / row.file, 12, row.video);
  const auto source = opened(row.file);
  for (int i = 0; i < 12; ++i) {
    const auto frame = source->read({});
    ASSERT_TRUE(frame) << frame.error().message;
    ASSERT_TRUE(*frame);
    const FrameView& view = (*frame)->view;
    EXPECT_EQ(number_in(view), i);
    EXPECT_EQ(view.format, row.format);
    EXPECT_EQ(view.range, row.range);
    EXPECT_EQ(view.width, row.video.width);
    EXPECT_EQ(view.height, row.video.height);
    EXPECT_GE(view.planes[0].stride, row.format == PixelFormat::bgr24 ? 3 * view.width : view.width);
  }
  const auto end = source->read({});
  EXPECT_TRUE(end && !*end);
}

INSTANTIATE_TEST_SUITE_P(
    All, EveryFormat,
    testing::Values(Case{"h264.ts",
                         {.encoder = "libx264", .format = AV_PIX_FMT_YUV420P},
                         PixelFormat::i420,
                         ColorRange::limited},
                    Case{"h264_full.mkv",
                         {.encoder = "libx264", .format = AV_PIX_FMT_YUVJ420P},
                         PixelFormat::i420,
                         ColorRange::full},
                    Case{"h264_422.mkv",
                         {.encoder = "libx264", .format = AV_PIX_FMT_YUV422P},
                         PixelFormat::i420,
                         ColorRange::limited},
                    Case{"h264_10bit.mkv",
                         {.encoder = "libx264", .format = AV_PIX_FMT_YUV420P10},
                         PixelFormat::i420,
                         ColorRange::limited},
                    Case{"h264.h264",
                         {.encoder = "libx264", .format = AV_PIX_FMT_YUV420P},
                         PixelFormat::i420,
                         ColorRange::limited},
                    Case{"hevc.mkv",
                         {.encoder = "libx265", .format = AV_PIX_FMT_YUV420P},
                         PixelFormat::i420,
                         ColorRange::limited},
                    Case{"mjpeg.avi",
                         {.encoder = "mjpeg", .format = AV_PIX_FMT_YUVJ420P},
                         PixelFormat::i420,
                         ColorRange::full},
                    Case{"mjpeg_422.avi",
                         {.encoder = "mjpeg", .format = AV_PIX_FMT_YUVJ422P},
                         PixelFormat::i420,
                         ColorRange::full},
                    Case{"mjpeg_odd.avi",
                         {.encoder = "mjpeg", .format = AV_PIX_FMT_YUVJ420P, .width = 161, .height = 121},
                         PixelFormat::i420,
                         ColorRange::full},
                    Case{"mjpeg_odd_422.avi",
                         {.encoder = "mjpeg", .format = AV_PIX_FMT_YUVJ422P, .width = 161, .height = 121},
                         PixelFormat::i420,
                         ColorRange::full},
                    Case{"vp9_odd.webm",
                         {.encoder = "libvpx-vp9", .format = AV_PIX_FMT_YUV420P, .width = 163, .height = 119},
                         PixelFormat::i420,
                         ColorRange::limited},
                    Case{"mpeg4.avi",
                         {.encoder = "mpeg4", .format = AV_PIX_FMT_YUV420P},
                         PixelFormat::i420,
                         ColorRange::limited},
                    Case{"gray.mkv",
                         {.encoder = "ffv1", .format = AV_PIX_FMT_GRAY8},
                         PixelFormat::i420,
                         ColorRange::full},
                    Case{"rgb.mkv",
                         {.encoder = "ffv1", .format = AV_PIX_FMT_BGR0, .width = 161, .height = 121},
                         PixelFormat::bgr24,
                         ColorRange::limited}),
    [](const auto& of) {
      std::string name = of.param.file;
      std::ranges::replace(name, '.', '_');
      return name;
    });

TEST_F(Formats, BFramesComeInTheOrderTheyAreShownInAtTheirTimes) {
  for (const std::string codec : {"h264", "hevc"}) {
    write_movie(folder.path() / "b.mp4", 30, {.codec = codec, .b_frames = 3});
    const auto frames = read_all(*opened("b.mp4"));
    ASSERT_THAT(numbers(frames), ElementsAreArray(every(1, 30))) << codec;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      EXPECT_NEAR(frames[i].capture_time - frames[0].capture_time, 0.1 * i, 1e-3) << codec;
      EXPECT_EQ(frames[i].sequence, static_cast<std::int64_t>(i)) << codec;
    }
  }
}

TEST_F(Formats, ColoursAreTaggedAsTheFileIs) {
  write_movie(folder.path() / "709.mp4", 2, {.matrix = ColorMatrix::bt709, .range = ColorRange::full});
  const Frame tagged = first("709.mp4");
  EXPECT_EQ(tagged.view.matrix, ColorMatrix::bt709);
  EXPECT_EQ(tagged.view.range, ColorRange::full);

  write_any_video(folder.path() / "untagged.ts", 2, {.encoder = "libx264", .format = AV_PIX_FMT_YUV420P});
  const Frame untagged = first("untagged.ts");
  EXPECT_EQ(untagged.view.matrix, ColorMatrix::bt601);
  EXPECT_EQ(untagged.view.range, ColorRange::limited);
}

TEST_F(Formats, AFramesPixelsOutliveTheSource) {
  write_movie(folder.path() / "movie.mp4", 20);
  std::vector<Frame> kept;
  {
    const auto source = opened("movie.mp4");
    for (int i = 0; i < 20; ++i) kept.push_back(**source->read({}));
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(number_in(kept[i].view), i);
}

TEST_F(Formats, AChangeOfResolutionInTheMiddleIsFollowed) {
  std::string stream;
  for (const int width : {160, 320}) {
    write_movie(folder.path() / "part.mp4", 10, {.width = width, .height = width});
    remux(folder.path() / "part.mp4", folder.path() / "part.ts");
    stream += slurp(folder.path() / "part.ts");
  }
  spill(folder.path() / "both.ts", stream);
  const auto source = opened("both.ts");
  for (int i = 0; i < 20; ++i) {
    const auto frame = source->read({});
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ(number_in((*frame)->view), i % 10);
    EXPECT_EQ((*frame)->view.width, i < 10 ? 160 : 320);
  }
}

TEST_F(Formats, TimestampsThatLeapStillGiveTimesThatGoOn) {
  write_movie(folder.path() / "movie.mp4", 15);
  for (const double leap : {0.0, 30'000.0}) {  // Back to the beginning, and hours ahead.
    remux(folder.path() / "movie.mp4", folder.path() / "one.ts");
    remux(folder.path() / "movie.mp4", folder.path() / "two.ts", {.shift_seconds = leap});
    spill(folder.path() / "leap.ts", slurp(folder.path() / "one.ts") + slurp(folder.path() / "two.ts"));
    const auto frames = read_all(*opened("leap.ts"));
    ASSERT_EQ(frames.size(), 30u);
    for (std::size_t i = 1; i < frames.size(); ++i) {
      EXPECT_NEAR(frames[i].capture_time - frames[i - 1].capture_time, 0.1, 0.01)
          << "frame " << i << ", leap " << leap;
    }
  }
}

TEST_F(Formats, AStreamThatBeginsBetweenKeyframesBeginsWithTheFirstOne) {
  write_movie(folder.path() / "movie.mp4", 30);
  remux(folder.path() / "movie.mp4", folder.path() / "late.ts", {.first_packet = 4});
  const auto source = opened("late.ts");
  const auto frames = read_all(*source);
  EXPECT_THAT(numbers(frames), ElementsAreArray(every(1, 30, 10)));
  EXPECT_EQ(frames.front().sequence, 6);
  EXPECT_EQ(source->counters().skipped, 6u);
}

}  // namespace
}  // namespace kinesight::video::test

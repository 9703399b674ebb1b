// A video cut into fragments: every frame once, at its time, and no fragment needs another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "support/temp_folder.h"
#include "video/any_video.h"
#include "video/boxes.h"
#include "video/fragmenter.h"
#include "video/fragmenter/played.h"
#include "video/movie.h"

namespace kinesight::video::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::vector<int> from_to(int begin, int end) {
  std::vector<int> all(end - begin);
  std::iota(all.begin(), all.end(), begin);
  return all;
}

class Fragments : public testing::Test {
 protected:
  FragmentedVideo cut(double min_seconds, const std::string& name = "movie.mp4") {
    auto video = fragment_video(folder.path() / name, min_seconds);
    if (!video) throw std::runtime_error(video.error().message);
    return std::move(*video);
  }

  Error refusal(const std::filesystem::path& path, std::size_t max_bytes = 1 << 20) {
    const auto video = fragment_video(path, 2, max_bytes);
    if (video) ADD_FAILURE() << path << " was taken";
    return video ? Error{} : video.error();
  }

  support::TempFolder folder;
  const std::filesystem::path movie = folder.path() / "movie.mp4";
};

/// The frames of each fragment, played with nothing but the initialization segment before it, have the
/// numbers that follow those of the fragment before, and times that are `frame_seconds` apart.
void expect_exact(const FragmentedVideo& video, int frames, double frame_seconds, double tolerance = 1e-9) {
  int next = 0;
  double delay = -1;
  for (const MediaFragment& fragment : video.fragments) {
    const Played played = play(video.init + fragment.media);
    EXPECT_EQ(played.numbers(), from_to(next, next + fragment.frames));
    EXPECT_EQ(played.refused, 0);
    ASSERT_FALSE(played.frames.empty());
    const double first = played.frames.front().seconds;
    if (delay < 0) delay = first;
    EXPECT_NEAR(fragment.begin, next * frame_seconds, tolerance);
    EXPECT_NEAR(first, fragment.begin + delay, tolerance);  // The same delay for all.
    EXPECT_NEAR(fragment.duration, fragment.frames * frame_seconds, tolerance);
    for (std::size_t i = 0; i < played.frames.size(); ++i) {
      EXPECT_NEAR(played.frames[i].seconds - first, static_cast<double>(i) * frame_seconds, tolerance);
    }
    next += fragment.frames;
  }
  EXPECT_EQ(next, frames);
  EXPECT_NEAR(video.duration, frames * frame_seconds, tolerance);
  EXPECT_NEAR(video.frame_rate, 1 / frame_seconds, 0.01);
}

TEST_F(Fragments, OfH264) {
  write_movie(movie, 75);
  const FragmentedVideo video = cut(2);
  EXPECT_EQ(video.fragments.size(), 4u);  // 2 s each, and the rest.
  EXPECT_THAT(video.codec, testing::MatchesRegex("avc1\\.64[0-9a-f]{4}"));
  EXPECT_EQ(video.width, 160);
  EXPECT_EQ(video.height, 120);
  expect_exact(video, 75, 0.1);
}

TEST_F(Fragments, OfH264WithBFrames) {
  write_movie(movie, 75, {.b_frames = 3});
  const FragmentedVideo video = cut(2);
  EXPECT_EQ(video.fragments.size(), 4u);
  expect_exact(video, 75, 0.1);
}

TEST_F(Fragments, OfHevc) {
  write_movie(movie, 50, {.codec = "hevc"});
  const FragmentedVideo video = cut(1);
  EXPECT_EQ(video.fragments.size(), 5u);
  EXPECT_THAT(video.codec, testing::MatchesRegex("hvc1\\.1\\.6\\.L[0-9]+(\\.[0-9a-f]+)*"));
  EXPECT_EQ(play(video.init + video.fragments[0].media).codec_tag, "hvc1");
  expect_exact(video, 50, 0.1);
}

TEST_F(Fragments, OfHevcWithBFrames) {
  write_movie(movie, 50, {.codec = "hevc", .b_frames = 4});
  expect_exact(cut(2), 50, 0.1);
}

TEST_F(Fragments, OfMatroskaToItsMilliseconds) {
  write_movie(movie, 90, {.fps = 30, .b_frames = 2});
  remux(movie, folder.path() / "movie.mkv");
  const FragmentedVideo video = cut(1, "movie.mkv");
  EXPECT_EQ(video.fragments.size(), 3u);
  expect_exact(video, 90, 1.0 / 30, 0.0011);
}

TEST_F(Fragments, HaveTheTimesOfTheirSourceToTheTick) {
  write_movie(movie, 90, {.fps = 30, .b_frames = 2});
  remux(movie, folder.path() / "movie.mkv");  // Frames last 33 or 34 ms.
  const Played source = play(slurp(folder.path() / "movie.mkv"));
  const FragmentedVideo video = cut(1, "movie.mkv");
  std::size_t next = 0;
  for (const MediaFragment& fragment : video.fragments) {
    const Played played = play(video.init + fragment.media);
    EXPECT_NEAR(fragment.begin, source.frames[next].seconds - source.frames[0].seconds, 1e-9);
    for (const Shown& frame : played.frames) {
      EXPECT_NEAR(frame.seconds - played.frames[0].seconds + fragment.begin,
                  source.frames[next++].seconds - source.frames[0].seconds, 1e-9);
    }
  }
  EXPECT_EQ(next, 90u);
}

TEST_F(Fragments, OfAVideoThatDoesNotBeginAtZero) {
  write_movie(movie, 30, {.b_frames = 2});
  remux(movie, folder.path() / "late.mkv", {.shift_seconds = 5});
  expect_exact(cut(1, "late.mkv"), 30, 0.1, 0.0011);
}

TEST_F(Fragments, OfATransportStream) {
  write_movie(movie, 60, {.b_frames = 2});
  remux(movie, folder.path() / "movie.ts");
  const FragmentedVideo video = cut(2, "movie.ts");
  EXPECT_THAT(video.codec, HasSubstr("avc1."));
  expect_exact(video, 60, 0.1, 0.0001);
}

TEST_F(Fragments, BeginWithKeyframesOnly) {
  write_movie(movie, 100, {.keyframe_interval = 15});
  const FragmentedVideo video = cut(2);
  std::vector<int> frames;
  for (const MediaFragment& fragment : video.fragments) frames.push_back(fragment.frames);
  EXPECT_THAT(frames, testing::ElementsAre(30, 30, 30, 10));
  expect_exact(video, 100, 0.1);
}

TEST_F(Fragments, AreCutAtNoOpenGroup) {
  // x265's own choice: keyframes with frames after them that are shown before them.
  write_any_video(movie, 100, {.encoder = "libx265", .format = AV_PIX_FMT_YUV420P, .b_frames = 3});
  expect_exact(cut(1), 100, 0.1);
}

TEST_F(Fragments, AreTheSameEveryTime) {
  write_movie(movie, 40, {.b_frames = 2});
  const FragmentedVideo one = cut(1);
  const FragmentedVideo other = cut(1);
  EXPECT_EQ(one.init, other.init);
  EXPECT_EQ(one.fragments[3].media, other.fragments[3].media);
}

TEST_F(Fragments, AreOneMoofAndOneMdat) {
  write_movie(movie, 40, {.b_frames = 2});
  const FragmentedVideo video = cut(2);
  const auto types = [](const std::string& bytes) {
    std::vector<std::string> all;
    std::size_t end = 0;
    for (const auto& box : boxes::list(bytes, 0, bytes.size())) {
      all.emplace_back(box.type);
      end = box.end;
    }
    EXPECT_EQ(end, bytes.size());
    return all;
  };
  EXPECT_THAT(types(video.init), testing::ElementsAre("ftyp", "moov"));
  for (const MediaFragment& fragment : video.fragments) {
    EXPECT_THAT(types(fragment.media), testing::ElementsAre("moof", "mdat"));
  }
}

TEST_F(Fragments, MoveInTime) {
  write_movie(movie, 40, {.b_frames = 2});
  const FragmentedVideo video = cut(2);
  const double epoch = 1'700'000'000.25;
  const std::string moved = with_time(video, video.fragments[1], epoch, 77);
  EXPECT_EQ(moved.size(), video.fragments[1].media.size());
  const auto header = boxes::find(moved, {"moof", "mfhd"});
  EXPECT_EQ(boxes::read_u32(moved, header->content + 4), 77u);
  const Played played = play(video.init + moved);
  const Played before = play(video.init + video.fragments[1].media);
  EXPECT_EQ(played.numbers(), from_to(20, 40));
  for (std::size_t i = 0; i < played.frames.size(); ++i) {
    EXPECT_NEAR(played.frames[i].seconds - epoch, before.frames[i].seconds - 2, 1e-6);
  }
}

TEST_F(Fragments, OfAnotherSizeAreCutAlike) {
  write_movie(movie, 90, {.fps = 30, .keyframe_interval = 45, .b_frames = 2});
  remux(movie, folder.path() / "movie.mkv");  // Frames last 33 or 34 ms.
  const FragmentedVideo video = cut(1, "movie.mkv");
  const auto other = folder.path() / "small.mp4";
  write_movie(other, 90, {.width = 80, .height = 60, .fps = 7, .keyframe_interval = 15});
  const auto small = fragment_video_like(other, video);
  ASSERT_TRUE(small) << small.error().message;
  EXPECT_EQ(small->width, 80);
  EXPECT_EQ(small->timescale, video.timescale);
  ASSERT_EQ(small->fragments.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(small->fragments[i].begin, video.fragments[i].begin);
    EXPECT_EQ(small->fragments[i].duration, video.fragments[i].duration);
    const Played one = play(video.init + video.fragments[i].media);
    const Played two = play(small->init + small->fragments[i].media);
    EXPECT_EQ(one.numbers(), two.numbers());
    for (std::size_t k = 0; k < one.frames.size(); ++k) {
      EXPECT_NEAR(one.frames[k].seconds - one.frames[0].seconds,
                  two.frames[k].seconds - two.frames[0].seconds, 1e-9);
    }
  }

  write_movie(other, 89, {.keyframe_interval = 15});
  EXPECT_THAT(fragment_video_like(other, video).error().message, HasSubstr("expected 90 frames"));
  write_movie(other, 90, {.keyframe_interval = 30});
  EXPECT_THAT(fragment_video_like(other, video).error().message, HasSubstr("a keyframe at frame 45"));
}

class Loops : public Fragments, public testing::WithParamInterface<Mp4Options> {};

TEST_P(Loops, GoOnWithoutAHole) {
  write_movie(movie, 45, GetParam());
  const FragmentedVideo video = cut(2);
  std::string stream = video.init;
  std::uint32_t sequence = 1;
  for (int loop = 0; loop < 3; ++loop) {
    for (const MediaFragment& fragment : video.fragments) {
      stream += with_time(video, fragment, 1000 + loop * video.duration + fragment.begin, sequence++);
    }
  }
  const Played played = play(stream);
  EXPECT_EQ(played.refused, 0);
  ASSERT_EQ(played.frames.size(), 135u);
  for (int i = 0; i < 135; ++i) {
    EXPECT_EQ(played.frames[i].number, i % 45);
    EXPECT_NEAR(played.frames[i].seconds - played.frames[0].seconds, 0.1 * i, 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Loops,
                         testing::Values(Mp4Options{}, Mp4Options{.b_frames = 3},
                                         Mp4Options{.codec = "hevc", .b_frames = 3}));

TEST_F(Fragments, OfARealRecording) {
  const auto real =
      std::filesystem::path(KINESIGHT_SOURCE_DIR) / "../shared/data/videos/one-by-one-person-detection.mp4";
  if (!exists(real)) GTEST_SKIP() << "absent: " << real.lexically_normal();
  const auto video = fragment_video(real, 2);
  ASSERT_TRUE(video) << video.error().message;
  EXPECT_NEAR(video->duration, 139.4, 0.001);
  int frames = 0;
  double end = 0;
  for (const MediaFragment& fragment : video->fragments) {
    EXPECT_NEAR(fragment.begin, end, 1e-6);
    end = fragment.begin + fragment.duration;
    const Played played = play(video->init + fragment.media);
    EXPECT_EQ(played.frames.size(), static_cast<std::size_t>(fragment.frames));
    EXPECT_EQ(played.refused, 0);
    frames += fragment.frames;
  }
  EXPECT_EQ(frames, 1394);
  EXPECT_NEAR(end, video->duration, 1e-6);
}

TEST_F(Fragments, OfWhatCannotBeCut) {
  const auto refused = [&](const std::string& name, ErrorKind kind, const std::string& reason) {
    const Error error = refusal(folder.path() / name);
    EXPECT_EQ(error.kind, kind) << error.message;
    EXPECT_THAT(error.message, AllOf(HasSubstr(name), HasSubstr(reason)));
  };
  refused("none.mp4", ErrorKind::not_found, "no such file");
  std::filesystem::create_directory(folder.path() / "folder");
  refused("folder", ErrorKind::invalid, "expected a file");
  spill(folder.path() / "text.mp4", "This is no video.");
  refused("text.mp4", ErrorKind::corrupt, "Invalid data");
  write_any_video(folder.path() / "motion.avi", 10, {});
  refused("motion.avi", ErrorKind::invalid, "expected H.264 or HEVC video, found mjpeg");
  std::string wav(
      "RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\x10\0\0", 44);
  spill(folder.path() / "sound.wav", wav.append(4096, '\0'));
  refused("sound.wav", ErrorKind::corrupt, "expected a video stream, found audio");
  write_movie(movie, 100, {.width = 320, .height = 240});
  const std::string bytes = slurp(movie);
  spill(folder.path() / "cut.mp4", bytes.substr(0, bytes.size() / 2));
  refused("cut.mp4", ErrorKind::corrupt, "cut off");
}

TEST_F(Fragments, TakeAsMuchMemoryAsTheyMay) {
  write_movie(movie, 100);
  const Error error = refusal(movie, 4096);
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.message, HasSubstr("expected at most"));
}

}  // namespace
}  // namespace kinesight::video::test

// Files that cannot be played: each a clear error with the path in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_folder.h"
#include "video/any_video.h"
#include "video/sources.h"

namespace kinesight::video::test {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;

class FileErrors : public testing::Test {
 protected:
  std::unique_ptr<FrameSource> source(const std::filesystem::path& path,
                                      OptionTexts texts = {{"pace", "max"}}) {
    texts["path"] = path.string();
    return make_source(file_source_kind(), texts, {});
  }

  Error error_of_open(const std::filesystem::path& path) {
    const auto opened = source(path)->open({});
    if (opened) ADD_FAILURE() << path << " was opened";
    return opened ? Error{} : opened.error();
  }

  void expect_refused(const std::filesystem::path& path, ErrorKind kind, const std::string& reason) {
    const Error error = error_of_open(path);
    EXPECT_EQ(error.kind, kind) << error.message;
    EXPECT_THAT(error.message, AllOf(HasSubstr(path.string()), HasSubstr(reason)));
  }

  support::TempFolder folder;
  const std::filesystem::path movie = folder.path() / "movie.mp4";
};

TEST_F(FileErrors, NotThere) { expect_refused(movie, ErrorKind::not_found, "no such file"); }

TEST_F(FileErrors, AFolder) { expect_refused(folder.path(), ErrorKind::invalid, "found a folder"); }

TEST_F(FileErrors, APipe) {
  ASSERT_EQ(mkfifo(movie.c_str(), 0600), 0);
  expect_refused(movie, ErrorKind::invalid, "pipe");
}

TEST_F(FileErrors, Empty) {
  spill(movie, "");
  expect_refused(movie, ErrorKind::corrupt, "is empty");
}

TEST_F(FileErrors, NotAVideo) {
  spill(movie, "This is not a video, however long one looks at it.\n");
  expect_refused(movie, ErrorKind::corrupt, "is it a video");
}

TEST_F(FileErrors, AnMp4WithoutItsIndex) {
  write_movie(movie, 20);
  // What a crashed recorder leaves behind: the data, and no index before or after it.
  const std::string bytes = slurp(movie);
  const auto index = bytes.find("moov") - 4;
  const auto data = bytes.find("mdat") - 4;
  spill(movie, bytes.substr(0, index) + bytes.substr(data));
  expect_refused(movie, ErrorKind::corrupt, "moov atom not found");
}

TEST_F(FileErrors, SoundAlone) {
  // A WAV file: 16-bit mono silence.
  std::string wav(
      "RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\x10\0\0", 44);
  wav.append(4096, '\0');
  spill(folder.path() / "sound.wav", wav);
  expect_refused(folder.path() / "sound.wav", ErrorKind::corrupt, "expected a video stream, found audio");
}

TEST_F(FileErrors, NotAllowed) {
  write_movie(movie, 5);
  std::filesystem::permissions(movie, std::filesystem::perms::none);
  // Root may read everything: look at files as somebody else (this thread alone).
  const bool root = geteuid() == 0;
  if (root) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    setfsuid(65534);
  }
  const Error error = error_of_open(movie);
  if (root) setfsuid(0);
  EXPECT_EQ(error.kind, ErrorKind::denied) << error.message;
  EXPECT_THAT(error.message, HasSubstr(movie.string()));
}

TEST_F(FileErrors, CutOffInTheMiddleGivesWhatThereIsAndThenAnError) {
  write_movie(movie, 100, {.width = 320, .height = 240});
  const std::string bytes = slurp(movie);
  spill(movie, bytes.substr(0, bytes.size() * 2 / 3));
  const auto cut = source(movie);
  ASSERT_TRUE(cut->open({}));
  std::vector<int> seen;
  for (;;) {
    const auto frame = cut->read({});
    if (!frame) {
      EXPECT_EQ(frame.error().kind, ErrorKind::corrupt);
      EXPECT_THAT(frame.error().message,
                  AllOf(HasSubstr(movie.string()), HasSubstr("cut off"), HasSubstr("of the 10.0 s")));
      break;
    }
    ASSERT_TRUE(*frame) << "a cut file ended as if it were whole";
    seen.push_back(number_in((*frame)->view));
  }
  EXPECT_GT(seen.size(), 20u);
  EXPECT_LT(seen.size(), 100u);
  EXPECT_THAT(std::vector(seen.begin(), seen.end() - 1),
              ElementsAreArray(every(1, static_cast<int>(seen.size()) - 1)));
}

TEST_F(FileErrors, ATransportStreamThatIsCutSimplyEnds) {
  write_movie(movie, 100);
  remux(movie, folder.path() / "cut.ts");
  const std::string bytes = slurp(folder.path() / "cut.ts");
  spill(folder.path() / "cut.ts", bytes.substr(0, bytes.size() / 2));
  const auto cut = source(folder.path() / "cut.ts", {{"pace", "max"}, {"decode", "all"}});
  ASSERT_TRUE(cut->open({}));
  const auto frames = read_all(*cut);
  EXPECT_GT(frames.size(), 20u);
  EXPECT_LT(frames.size(), 100u);
}

TEST_F(FileErrors, DamagedPacketsAreCountedAndPassedOver) {
  write_movie(movie, 60, {.width = 320, .height = 240});
  std::string bytes = slurp(movie);
  const auto data = bytes.find("mdat") + 4;
  // The tenth part of the data, where nobody has looked when the file is opened.
  const auto from = data + (bytes.size() - data) / 2;
  for (auto at = from; at < from + (bytes.size() - data) / 10; ++at) bytes[at] = '\xff';
  spill(movie, bytes);
  const auto damaged = source(movie, {{"pace", "max"}, {"decode", "all"}});
  ASSERT_TRUE(damaged->open({}));
  const auto frames = read_all(*damaged);
  EXPECT_GT(damaged->counters().corrupt, 0u);
  EXPECT_GT(frames.size(), 30u);
  EXPECT_EQ(frames.back().number, 59);
  EXPECT_EQ(frames.back().sequence, 59);
}

TEST_F(FileErrors, AVideoOfWhichNothingCanBeDecoded) {
  write_movie(movie, 150);
  std::string bytes = slurp(movie);
  const auto data = bytes.find("mdat") + 4;
  for (auto at = data; at < bytes.size(); ++at) bytes[at] = '\xff';
  spill(movie, bytes);
  const auto damaged = source(movie, {{"pace", "max"}, {"loop", "true"}});
  const auto opened = damaged->open({});
  const auto frame = opened ? damaged->read({}) : std::unexpected(opened.error());
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(frame.error().message, HasSubstr(movie.string()));
}

TEST_F(FileErrors, AFileThatVanishesBetweenLoops) {
  write_movie(movie, 5);
  const auto looped = source(movie, {{"pace", "max"}, {"loop", "true"}});
  ASSERT_TRUE(looped->open({}));
  std::filesystem::remove(movie);
  EXPECT_EQ(read_all(*looped, 5).size(), 5u);
  const auto frame = looped->read({});
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::not_found);
  write_movie(movie, 5);
  EXPECT_TRUE(looped->open({}));
  EXPECT_EQ(read_all(*looped, 7).size(), 7u);
}

TEST_F(FileErrors, AColonInTheNameIsNoProtocol) {
  const auto odd = folder.path() / "http:cam%03d.mp4";
  write_movie(odd, 5);
  const auto opened = source(odd);
  ASSERT_TRUE(opened->open({}));
  EXPECT_EQ(read_all(*opened).size(), 5u);
}

TEST_F(FileErrors, APlaylistReachesNoNetwork) {
  spill(folder.path() / "list.m3u8",
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:1/"
        "a.ts\n#EXT-X-ENDLIST\n");
  const Error error = error_of_open(folder.path() / "list.m3u8");
  EXPECT_EQ(error.kind, ErrorKind::corrupt) << error.message;
}

TEST_F(FileErrors, NothingIsPrinted) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  spill(movie, "junk junk junk junk");
  static_cast<void>(source(movie)->open({}));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace kinesight::video::test

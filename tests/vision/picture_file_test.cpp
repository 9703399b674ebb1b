// Pictures from files: what is in them, how they are held, and those that are none.
#include "vision/picture_file.h"

#include <gmock/gmock.h>

#include <fstream>
#include <opencv2/core/mat.hpp>
#include <opencv2/imgcodecs.hpp>

#include "base/rng.h"
#include "support/replay.h"
#include "support/temp_folder.h"
#include "vision/picture_header.h"

namespace kinesight::vision {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

/// 48 x 32: blue in the upper left quarter, otherwise white.
cv::Mat scene() {
  cv::Mat picture(32, 48, CV_8UC3, cv::Scalar(255, 255, 255));
  picture(cv::Rect(0, 0, 24, 16)) = cv::Scalar(255, 0, 0);
  return picture;
}

Bytes encoded(const std::string& extension) {
  Bytes bytes;
  EXPECT_TRUE(cv::imencode(extension, scene(), bytes));
  return bytes;
}

/// A JPEG whose EXIF says how the camera was held (6: turned by 90 degrees clockwise to be upright).
Bytes held(std::uint8_t orientation) {
  const Bytes exif = {0xff, 0xe1, 0,    34,   'E', 'x', 'i', 'f', 0, 0, 'I',         'I', 42, 0, 8, 0, 0, 0,
                      1,    0,    0x12, 0x01, 3,   0,   1,   0,   0, 0, orientation, 0,   0,  0, 0, 0, 0, 0};
  Bytes bytes = encoded(".jpg");
  bytes.insert(bytes.begin() + 2, exif.begin(), exif.end());
  return bytes;
}

class PictureFile : public testing::Test {
 protected:
  std::filesystem::path write(const Bytes& bytes, const std::string& name = "picture") const {
    std::ofstream(folder_.path() / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return folder_.path() / name;
  }
  Error refused(const Bytes& bytes, const PictureLimits& limits = {}) const {
    const auto frame = read_picture(write(bytes), limits);
    return frame ? Error{ErrorKind::cancelled, "it was read"} : frame.error();
  }

  support::TempFolder folder_;
};

/// Blue minus red where the picture is (x, y): high in the blue quarter.
int blueness(const Frame& frame, int x, int y) {
  const auto* pixel = frame.view.planes[0].data + y * frame.view.planes[0].stride + 3 * x;
  return pixel[0] - pixel[2];
}

TEST_F(PictureFile, ReadsEachFormatWhateverItsName) {
  for (const std::string extension : {".jpg", ".png", ".webp", ".bmp"}) {
    SCOPED_TRACE(extension);
    const auto frame = read_picture(write(encoded(extension)));
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_EQ(frame->view.width, 48);
    EXPECT_EQ(frame->view.height, 32);
    EXPECT_EQ(frame->view.format, PixelFormat::bgr24);
    EXPECT_GT(blueness(*frame, 8, 8), 200);
    EXPECT_LT(blueness(*frame, 40, 24), 20);
    EXPECT_GT(frame->capture_time, 1.6e9) << "dated with the file's time";
  }
}

TEST_F(PictureFile, IsUprightAsTheCameraWasHeld) {
  const auto plain = read_picture(write(held(1)));
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->view.width, 48);
  const auto turned = read_picture(write(held(6)));
  ASSERT_TRUE(turned);
  EXPECT_EQ(turned->view.width, 32);
  EXPECT_EQ(turned->view.height, 48);
  EXPECT_GT(blueness(*turned, 28, 4), 200) << "what was left above is right above now";
}

TEST_F(PictureFile, SaysWhatIsWrong) {
  EXPECT_EQ(read_picture(folder_.path() / "absent").error().kind, ErrorKind::not_found);
  EXPECT_THAT(read_picture(folder_.path()).error().message,
              AllOf(HasSubstr(folder_.path()), HasSubstr("a folder")));
  EXPECT_THAT(read_picture("/dev/zero").error().message, HasSubstr("expected a file"));
  EXPECT_THAT(refused({}).message, HasSubstr("expected a JPEG, PNG, WebP or BMP"));
  EXPECT_THAT(refused({'h', 'e', 'l', 'l', 'o', '!', '!', '!'}).message, HasSubstr("found something else"));
}

TEST_F(PictureFile, ACutOneIsNoPicture) {
  for (const std::string extension : {".jpg", ".png", ".webp", ".bmp"}) {
    const Bytes whole = encoded(extension);
    for (const std::size_t length : {std::size_t{12}, whole.size() / 2}) {
      const auto error = refused(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
      EXPECT_EQ(error.kind, ErrorKind::corrupt) << extension << " cut at " << length << ": " << error.message;
    }
  }
}

TEST_F(PictureFile, IsBoundedBeforeItIsDecoded) {
  EXPECT_EQ(refused(encoded(".png"), {.pixels = 48 * 32}).message, "it was read");
  EXPECT_THAT(refused(encoded(".png"), {.pixels = 48 * 32 - 1}).message,
              HasSubstr("at most 1535 pixels, found one of 48 x 32"));
  EXPECT_THAT(refused(encoded(".png"), {.bytes = 50}).message, HasSubstr("at most 50 bytes"));
  Bytes bomb = encoded(".png");
  bomb[16] = bomb[20] = 0x7f;  // Says that it is two thousand million pixels wide and high.
  EXPECT_EQ(refused(bomb).kind, ErrorKind::invalid);
}

TEST_F(PictureFile, DamageNeverGetsPastTheBound) {
  Rng rng(support::replay_seed());
  const std::vector<std::string> extensions = {".jpg", ".png", ".webp", ".bmp"};
  for (int run = 0; run < 400; ++run) {
    Bytes bytes = encoded(extensions[static_cast<std::size_t>(run % 4)]);
    for (int times = rng.integer(1, 8); times > 0; --times)
      bytes[static_cast<std::size_t>(rng.integer(0, std::min(static_cast<int>(bytes.size()) - 1, 60)))] =
          static_cast<std::uint8_t>(rng.integer(0, 255));
    const auto frame = read_picture(write(bytes), {.pixels = 5000});
    if (frame) {
      EXPECT_LE(std::int64_t{frame->view.width} * frame->view.height, 5000) << "run " << run;
    } else {
      EXPECT_FALSE(frame.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace kinesight::vision

// What is said of a clip, its picture, and all of that done by a process of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "video/clip/jobs.h"
#include "video/clip/parts.h"
#include "video/libav/error.h"
#include "video/libav/libav.h"
#include "video/libav/picture.h"

namespace kinesight::video::test {
namespace {

/// The only frame of a JPEG, by libav's own demuxer and decoder.
Frame decode_jpeg(const std::string& bytes) {
  using namespace libav;
  const CodecPtr decoder(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG)));
  const PacketPtr packet(av_packet_alloc());
  FramePtr frame(av_frame_alloc());
  if (avcodec_open2(decoder.get(), nullptr, nullptr) < 0 ||
      av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) {
    throw std::runtime_error("no decoder");
  }
  bytes.copy(reinterpret_cast<char*>(packet->data), bytes.size());
  if (avcodec_send_packet(decoder.get(), packet.get()) < 0 ||
      avcodec_receive_frame(decoder.get(), frame.get()) < 0) {
    throw std::runtime_error("no JPEG");
  }
  PictureMaker maker;
  return maker.make(std::move(frame)).value();
}

TEST(InspectClip, SaysWhatIsInAFile) {
  Camera camera(40, {.width = 320, .height = 240, .fps = 10, .codec = "hevc", .b_frames = 2});
  for (const Container container : {Container::mp4, Container::matroska}) {
    const auto facts = inspect_clip(camera.part(0, 2, container).file);
    ASSERT_TRUE(facts) << facts.error().message;
    EXPECT_EQ(facts->codec, "hevc");
    EXPECT_EQ(facts->width, 320);
    EXPECT_EQ(facts->height, 240);
    EXPECT_EQ(facts->frames, 40);
    EXPECT_EQ(facts->shown_frames, 40);
    EXPECT_NEAR(facts->duration, 4, 0.101);  // Matroska does not say how long the last frame lasts.
    EXPECT_NEAR(facts->longest_pause, 0.1, 0.0011);
  }
}

TEST(InspectClip, CountsOnlyWhatIsShown) {
  Camera camera(40, {.fps = 10, .keyframe_interval = 20});
  const ClipPart part = camera.part(0, 2);
  const int output = camera.files.open();
  ASSERT_TRUE(join_clip({&part, 1}, kStart + 1.5, kStart + 3.25, output));
  const auto facts = inspect_clip(output);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->frames, 33);        // From the keyframe at 0 s to the frame at 3.2 s,
  EXPECT_EQ(facts->shown_frames, 18);  // of which 15 come before the range.
  EXPECT_NEAR(facts->duration, 1.75, 1e-4);
}

TEST(InspectClip, RefusesWhatIsNoClip) {
  Files files;
  for (const std::string& bytes : {std::string(), std::string("no video at all"), std::string(100'000, '\0'),
                                   std::string("\0\0\0\x08moov", 8), std::string("\x1a\x45\xdf\xa3", 4)}) {
    const auto facts = inspect_clip(files.open(bytes));
    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().kind, ErrorKind::corrupt) << facts.error().message;
    EXPECT_FALSE(clip_thumbnail(files.open(bytes), 320, 80));
  }
  EXPECT_EQ(inspect_clip(-1).error().kind, ErrorKind::unavailable);
}

TEST(ClipThumbnail, IsTheFirstShownFrame) {
  Camera camera(60, {.width = 320, .height = 240, .fps = 10, .keyframe_interval = 20, .b_frames = 2});
  const ClipPart part = camera.part(0, 3);
  for (const int frame : {0, 1, 7, 19, 20, 33}) {
    const int output = camera.files.open();
    ASSERT_TRUE(join_clip({&part, 1}, camera.time_of(frame) + 0.01, kStart + 6, output));
    for (const int width : {160, 100, 1000}) {
      const auto picture = clip_thumbnail(output, width, 80);
      ASSERT_TRUE(picture) << picture.error().message;
      const Frame decoded = decode_jpeg(*picture);
      EXPECT_EQ(decoded.view.width, std::min(width, 320));
      EXPECT_EQ(decoded.view.height, std::min(width, 320) * 3 / 4);
      EXPECT_EQ(number_in(decoded.view), frame);
    }
  }
}

TEST(ClipThumbnail, QualityCostsBytes) {
  Camera camera(20, {.width = 320, .height = 240, .fps = 10});
  const ClipPart part = camera.part(0, 1);
  const int file = camera.files.open();
  ASSERT_TRUE(join_clip({&part, 1}, kStart + 1.05, kStart + 2, file))
      << "the first frame is one colour alone";
  EXPECT_LT(clip_thumbnail(file, 150, 10)->size(), clip_thumbnail(file, 150, 95)->size());
  for (const auto& [width, quality] : {std::pair(0, 80), std::pair(320, 0), std::pair(320, 101)}) {
    EXPECT_EQ(clip_thumbnail(file, width, quality).error().kind, ErrorKind::invalid);
  }
}

class ClipToolsTest : public testing::Test {
 protected:
  ClipToolsTest() {
    auto started = Sandbox::start(clip_jobs());
    if (!started) throw std::runtime_error(started.error().message);
    sandbox = std::move(*started);
  }

  std::unique_ptr<Sandbox> sandbox;
};

TEST_F(ClipToolsTest, DoTheSameInAProcessOfItsOwn) {
  Camera camera(60, {.fps = 10, .b_frames = 2});
  const ClipTools tools(*sandbox);
  const ClipPart parts[] = {camera.part(0, 2), camera.part(1, 3, Container::matroska)};
  const int own = camera.files.open();
  const int here = camera.files.open();
  const auto joined = tools.join(parts, kStart + 0.55, kStart + 5.5, own, ShortParts::leave, {});
  ASSERT_TRUE(joined) << joined.error().message;
  const auto same = join_clip(parts, kStart + 0.55, kStart + 5.5, here);
  ASSERT_TRUE(same);
  EXPECT_EQ(Files::read(own), Files::read(here));
  EXPECT_EQ(joined->begin, same->begin);
  EXPECT_EQ(joined->duration, same->duration);
  EXPECT_EQ(joined->shown_frames, same->shown_frames);
  EXPECT_EQ(joined->frames, same->frames);
  EXPECT_EQ(joined->codec, "h264");
  EXPECT_EQ(tools.thumbnail(own, 160, 80, {}).value(), clip_thumbnail(own, 160, 80).value());
}

TEST_F(ClipToolsTest, PassErrorsOn) {
  Camera camera(20, {.fps = 10});
  const ClipTools tools(*sandbox);
  const int nothing = camera.files.open("nothing");
  const auto join = [&](const ClipPart& part, double from, std::stop_token stop) {
    return tools.join({&part, 1}, from, from + 1, camera.files.open(), ShortParts::join, stop).error().kind;
  };
  EXPECT_EQ(join({nothing, kStart}, kStart, {}), ErrorKind::corrupt);
  EXPECT_EQ(tools.thumbnail(nothing, 160, 80, {}).error().kind, ErrorKind::corrupt);
  const ClipPart part = camera.part(0, 1);
  EXPECT_EQ(join(part, kStart + 5, {}), ErrorKind::invalid);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(join(part, kStart, stop.get_token()), ErrorKind::cancelled);
}

TEST_F(ClipToolsTest, SayWhichPartsCameShort) {
  Camera camera(40, {.fps = 10});
  const ClipTools tools(*sandbox);
  ClipPart parts[] = {camera.part(0, 1), camera.part(1, 2)};
  parts[0].least_seconds = 1.9;
  parts[1].least_seconds = 2.1;  // It has 2.
  const int output = camera.files.open("as it was");
  const auto left = tools.join(parts, kStart, kStart + 4, output, ShortParts::leave, {});
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_TRUE(left->came_short);
  EXPECT_EQ(Files::read(output), "as it was");
  const auto joined = tools.join(parts, kStart, kStart + 4, output, ShortParts::join, {});
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_TRUE(joined->came_short);
  EXPECT_EQ(joined->shown_frames, 40);
  parts[1].least_seconds = 1.9;
  EXPECT_FALSE(tools.join(parts, kStart, kStart + 4, output, ShortParts::leave, {})->came_short);
}

TEST_F(ClipToolsTest, AFileThatGetsTooLongIsAnError) {
  Camera camera(60, {.width = 320, .height = 240, .fps = 10, .quality = 5});
  const ClipTools tools(*sandbox, {.file_bytes = 4096});
  const ClipPart part = camera.part(0, 3);
  const auto joined = tools.join({&part, 1}, kStart, kStart + 6, camera.files.open(), ShortParts::join, {});
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(joined.error().message, testing::HasSubstr("longer file"));
}

/// Answers what it is told to.
class TakenOver : public Sandbox {
 public:
  Result<std::string> run(std::string_view, std::string_view, std::span<const int>, const SandboxLimits&,
                          std::stop_token) override {
    return answer;
  }
  std::string answer;
};

TEST(ClipToolsOfAJobThatWasTakenOver, BelieveNoNonsense) {
  TakenOver sandbox;
  const ClipTools tools(sandbox);
  const std::string good =
      R"({"codec":"h264","width":2,"height":2,"frames":2,"shown_frames":1,"duration":1,"longest_pause":0,"begin":0,"came_short":false})";
  const ClipPart part;
  const auto join = [&] { return tools.join({&part, 1}, 0, 1, 0, ShortParts::join, {}); };
  sandbox.answer = good;
  EXPECT_TRUE(join());
  for (const auto& [what, by] :
       {std::pair("h264", "<b>"), std::pair("\"width\":2", "\"width\":-2"),
        std::pair("\"frames\":2", "\"frames\":0"), std::pair("\"duration\":1", "\"duration\":1e999"),
        std::pair("\"duration\":1", "\"duration\":\"x\""), std::pair("}", ""),
        std::pair("\"frames\":2", "\"came_short\":true")}) {
    sandbox.answer = good;
    sandbox.answer.replace(good.find(what), std::string_view(what).size(), by);
    const auto facts = join();
    ASSERT_FALSE(facts) << sandbox.answer;
    EXPECT_EQ(facts.error().kind, ErrorKind::corrupt);
  }
  sandbox.answer = "<html>";
  EXPECT_EQ(tools.thumbnail(0, 320, 80, {}).error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace kinesight::video::test

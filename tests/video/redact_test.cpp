#include "video/redact.h"

#include <gtest/gtest.h>

namespace kinesight::video {
namespace {

TEST(RedactedUrl, HidesTheUserAndThePassword) {
  EXPECT_EQ(redacted_url("rtsp://admin:hunter2@cam.local:554/ch1"), "rtsp://***@cam.local:554/ch1");
  EXPECT_EQ(redacted_url("rtsp://admin@cam/"), "rtsp://***@cam/");
  EXPECT_EQ(redacted_url("rtsp://admin:p@ss@cam/"), "rtsp://***@cam/");
  EXPECT_EQ(redacted_url("rtsp://admin:pa/s?s@cam/1"), "rtsp://***@cam/1");
}

TEST(RedactedUrl, HidesSecretParametersInQueryAndPath) {
  EXPECT_EQ(redacted_url("rtsp://cam/live?channel=1&password=hunter2&x=y"),
            "rtsp://cam/live?channel=1&password=***&x=y");
  EXPECT_EQ(redacted_url("rtsp://cam/user=admin&Password=hunter2&channel=1"),
            "rtsp://cam/user=***&Password=***&channel=1");
  EXPECT_EQ(redacted_url("https://host/a.m3u8?SessionToken=abc"), "https://host/a.m3u8?SessionToken=***");
}

TEST(RedactedUrl, LeavesTheRestAlone) {
  for (const char* url : {"rtsp://cam:8554/a/b?x=1#f", "rtsp://cam:554/mail@home", "rtsp://[::1]/mail@home",
                          "", "nonsense", "rtsp://", "a=b"}) {
    EXPECT_EQ(redacted_url(url), url);
  }
}

TEST(RedactedText, HidesTheUrlAndItsPartsWhereverTheyStand) {
  const std::string url = "rtsp://admin:hunter2@cam/1";
  EXPECT_EQ(redacted_text("opening rtsp://admin:hunter2@cam/1 with admin:hunter2 and hunter2 failed", url),
            "opening rtsp://***@cam/1 with *** and *** failed");
  EXPECT_EQ(redacted_text("nothing here", "rtsp://cam/1"), "nothing here");
}

}  // namespace
}  // namespace kinesight::video

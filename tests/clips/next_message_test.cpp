#include "clips/next_message.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace kinesight::clips {
namespace {

using Json = nlohmann::ordered_json;

Task example() {
  return {.camera_id = "camera_front",
          .stream_arn = "arn:aws:kinesisvideo:us-east-1:123456789:stream/CameraFront/1",
          .stream_name = {},
          .start_ms = 1772116200000,
          .end_ms = 1772116260000,
          .process_id = 201,
          .inference_config = R"({"vlm_provider": "bedrock", "temperature": 0.10})"};
}

StoredClip stored() {
  return {.address = "s3://spectra-videos/live/camera_front/2026-02-26T14-30-00Z.mp4",
          .url = "https://example/clip?signature",
          .url_expires_ms = 1772119800000,
          .thumbnail_key = "live/camera_front/2026-02-26T14-30-00Z.jpg",
          .sha256 = "ab",
          .bytes = 15'000'000,
          .duration = 60,
          .frames = 900,
          .first_frame_time = 1772116199.96,
          .covered = {1772116199.0, 1772116261.0},
          .fragments = 31,
          .gaps = {{1772116210.5, 1772116212.0}},
          .truncated = false};
}

TEST(NextMessage, HasTheFieldsThatTheNextStageReads) {
  const Json expected = Json::parse(R"({
    "process_id": 201,
    "inference_modality": "live",
    "cloud_stream_path": "s3://spectra-videos/live/camera_front/2026-02-26T14-30-00Z.mp4",
    "destination_prefix": "processed/live/201/",
    "cache_container_name": "spectra-cache",
    "live_start_time": "2026-02-26T14:30:00Z",
    "video_preprocessing": {"chunk_duration": 60, "fps": 15, "width": 1280, "height": 720}
  })");
  Json sent = Json::parse(next_message(example(), stored(), {}));
  sent.erase("clip");
  EXPECT_EQ(sent.at("inference_config").at("vlm_provider"), "bedrock");
  sent.erase("inference_config");
  EXPECT_EQ(sent, expected);
}

TEST(NextMessage, LeavesTheInferenceConfigAsItCameOrOut) {
  auto task = example();
  EXPECT_THAT(next_message(task, stored(), {}), testing::HasSubstr(task.inference_config));
  task.inference_config.clear();
  EXPECT_FALSE(Json::parse(next_message(task, stored(), {})).contains("inference_config"));
}

TEST(NextMessage, SaysWhatTheClipIs) {
  const Json clip = Json::parse(next_message(example(), stored(), {})).at("clip");
  EXPECT_EQ(clip, Json::parse(R"({
    "camera_id": "camera_front",
    "asked": {"start": "2026-02-26T14:30:00Z", "end": "2026-02-26T14:31:00Z"},
    "actual": {"start": "2026-02-26T14:29:59Z", "end": "2026-02-26T14:31:01Z"},
    "first_frame_time": "2026-02-26T14:29:59.960Z",
    "duration_seconds": 60.0,
    "frames": 900,
    "fragments": 31,
    "gaps": [{"start": "2026-02-26T14:30:10.500Z", "end": "2026-02-26T14:30:12Z"}],
    "truncated": false,
    "bytes": 15000000,
    "sha256": "ab",
    "url": "https://example/clip?signature",
    "url_expires": "2026-02-26T15:30:00Z",
    "thumbnail_key": "live/camera_front/2026-02-26T14-30-00Z.jpg"
  })"));
}

TEST(NextMessage, LeavesOutWhatThereIsNot) {
  auto clip = stored();
  clip.url.clear();
  clip.thumbnail_key.clear();
  const Json sent = Json::parse(next_message(example(), clip, {})).at("clip");
  EXPECT_FALSE(sent.contains("url") || sent.contains("url_expires") || sent.contains("thumbnail_key"));
}

TEST(ClipKey, IsTheCamerasAndItsStart) {
  auto task = example();
  EXPECT_EQ(clip_key(task), "live/camera_front/2026-02-26T14-30-00Z.mp4");
  EXPECT_EQ(thumbnail_key(task), "live/camera_front/2026-02-26T14-30-00Z.jpg");
  task.start_ms += 250;
  EXPECT_EQ(clip_key(task), "live/camera_front/2026-02-26T14-30-00.250Z.mp4");
}

}  // namespace
}  // namespace kinesight::clips

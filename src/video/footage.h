// The recording around an event of a Kinesis Video camera, as GetClip is asked for it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "aws/services/kinesis_video_archived_media.h"

namespace kinesight::video {

/// How much of the recording belongs to an event: seconds.
struct FootageSpan {
  double before_seconds = 5;
  double after_seconds = 5;
};

/// The most seconds on either side.
inline constexpr double kMaxFootageSeconds = 60;

/// What GetClip is asked.
struct ClipRequest {
  std::string stream;
  aws::FragmentTime time = aws::FragmentTime::producer;
  aws::FragmentRange range{};  ///< Its end is there.
};

/// The request for the footage around a frame, from what its event's extras say of it as `kvs`
/// (FrameSource::provenance()). GetClip leaves a fragment out that begins before the range, so the range
/// begins one fragment earlier. Nothing: `kvs` does not say where the frame was.
std::optional<ClipRequest> clip_request(const nlohmann::json& kvs, const FootageSpan& span);

/// As the AWS SDKs and the AWS CLI take it: {"StreamName", "ClipFragmentSelector": {…}}; times in Unix
/// seconds.
nlohmann::json to_json(const ClipRequest& request);
/// Reads it back; nothing when it is none.
std::optional<ClipRequest> parse_clip_request(const nlohmann::json& json);

}  // namespace kinesight::video

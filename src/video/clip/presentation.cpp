#include "video/clip/presentation.h"

#include <algorithm>

#include "video/clip/clip_reader.h"
#include "video/libav/decoder.h"

namespace kinesight::video::clip {

Presentation present(std::vector<FrameTime>& times, const std::optional<std::vector<Shown>>& edits,
                     double tick) {
  std::ranges::sort(times, {}, &FrameTime::shown);
  const FrameTime& latest = times.back();
  const std::vector<Shown> all = {
      {times.front().shown, latest.shown + std::max<std::int64_t>(latest.duration, 1)}};
  Presentation presentation;
  std::int64_t ticks = 0;
  std::int64_t longest = 0;
  for (const Shown& edit : edits.value_or(all)) {
    const auto first = std::ranges::lower_bound(times, edit.begin, {}, &FrameTime::shown);
    const auto end = std::ranges::lower_bound(times, edit.end, {}, &FrameTime::shown);
    if (first == end) continue;
    presentation.frames += end - first;
    const FrameTime& last = *(end - 1);
    ticks += std::min(edit.end, last.shown + std::max<std::int64_t>(last.duration, 0)) - edit.begin;
    for (auto at = first + 1; at < end; ++at) longest = std::max(longest, at->shown - (at - 1)->shown);
  }
  presentation.duration = static_cast<double>(ticks) * tick;
  presentation.longest_pause = static_cast<double>(longest) * tick;
  return presentation;
}

Result<> check_keyframe(const AVStream& stream, const AVPacket& keyframe, const std::string& shown) {
  auto decoder = libav::Decoder::open(stream, {.max_pixels = kMaxPixels}, shown);
  if (!decoder) return std::unexpected(decoder.error());
  decoder->leave_out_loop_filters(true);  // Nobody looks at it.
  if (decoder->send(keyframe) >= 0) {
    decoder->drain();
    const auto picture = decoder->receive();
    if (picture && *picture != nullptr) return {};
  }
  return fail(ErrorKind::corrupt, "{}: its first keyframe cannot be decoded", shown);
}

}  // namespace kinesight::video::clip

// What is in a clip: inspect_clip().
#include <algorithm>
#include <optional>
#include <vector>

#include "video/clip/clip.h"
#include "video/clip/clip_reader.h"
#include "video/clip/edit_list.h"
#include "video/libav/decoder.h"

namespace kinesight::video {
namespace {

using namespace libav;
using clip::ClipReader;
using clip::Shown;

constexpr const char* kShown = "clip";

/// A frame of the index.
struct Time {
  std::int64_t shown = 0;
  std::int64_t duration = 0;
};

/// A keyframe that no decoder takes is no picture, whatever the index says.
Result<> decode(const AVStream& stream, const AVPacket& keyframe) {
  auto decoder = Decoder::open(stream, {.max_pixels = clip::kMaxPixels}, kShown);
  if (!decoder) return std::unexpected(decoder.error());
  if (decoder->send(keyframe) >= 0) {
    decoder->drain();
    const auto picture = decoder->receive();
    if (picture && *picture != nullptr) return {};
  }
  return fail(ErrorKind::corrupt, "{}: its first keyframe cannot be decoded", kShown);
}

/// Adds the times of all frames of a piece, after a look at its first keyframe.
Result<> read_times(ClipReader& reader, std::vector<Time>& times) {
  const PacketPtr packet(av_packet_alloc());
  if (packet == nullptr) return fail(ErrorKind::unavailable, "{}: out of memory", kShown);
  bool decoded = false;
  for (;;) {
    const auto more = reader.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (!decoded && (packet->flags & AV_PKT_FLAG_KEY) != 0) {
      if (auto good = decode(reader.stream(), *packet); !good) return good;
      decoded = true;
    }
    times.push_back({packet->pts, packet->duration});
  }
  if (decoded) return {};
  return fail(ErrorKind::corrupt, "{}: expected a keyframe in it, found none", kShown);
}

/// Counts those that are shown, in the order in which they are.
void count_shown(const std::vector<Time>& times, const std::vector<Shown>& edits, double tick,
                 ClipFacts& facts) {
  std::int64_t ticks = 0;
  std::int64_t longest = 0;
  for (const Shown& edit : edits) {
    const auto first = std::ranges::lower_bound(times, edit.begin, {}, &Time::shown);
    const auto end = std::ranges::lower_bound(times, edit.end, {}, &Time::shown);
    if (first == end) continue;
    facts.shown_frames += end - first;
    const Time& last = *(end - 1);
    ticks += std::min(edit.end, last.shown + std::max<std::int64_t>(last.duration, 0)) - edit.begin;
    for (auto at = first + 1; at < end; ++at) longest = std::max(longest, at->shown - (at - 1)->shown);
  }
  facts.duration = static_cast<double>(ticks) * tick;
  facts.longest_pause = static_cast<double>(longest) * tick;
}

/// All pieces of a clip, one after the other.
class Inspector {
 public:
  Result<> add(const clip::Piece& piece) {
    const auto reader = ClipReader::open(piece, kShown);
    if (!reader) return std::unexpected(reader.error());
    if (auto read = read_times(**reader, times_); !read) return read;
    const AVStream& stream = (*reader)->stream();
    facts_.codec = avcodec_get_name(stream.codecpar->codec_id);
    facts_.width = stream.codecpar->width;
    facts_.height = stream.codecpar->height;
    const double tick = av_q2d(stream.time_base);
    if (tick_ != 0 && tick != tick_)
      return fail(ErrorKind::corrupt, "{}: the unit of time changes within", kShown);
    tick_ = tick;
    edits_ = clip::read_edit_list((*reader)->boxes());
    return {};
  }

  Result<ClipFacts> finish() {
    std::ranges::sort(times_, {}, &Time::shown);
    facts_.frames = std::ssize(times_);
    const Time& last = times_.back();
    const std::vector<Shown> all = {
        {times_.front().shown, last.shown + std::max<std::int64_t>(last.duration, 1)}};
    count_shown(times_, edits_.value_or(all), tick_, facts_);
    if (facts_.shown_frames > 0) return facts_;
    return fail(ErrorKind::corrupt, "{}: its edit list shows none of its {} frames", kShown, facts_.frames);
  }

 private:
  ClipFacts facts_;
  std::vector<Time> times_;
  std::optional<std::vector<Shown>> edits_;
  double tick_ = 0;
};

}  // namespace

Result<ClipFacts> inspect_clip(int file) {
  const auto pieces = clip::split(file, kShown);
  if (!pieces) return std::unexpected(pieces.error());
  Inspector inspector;
  for (const clip::Piece& piece : *pieces) {
    if (const auto added = inspector.add(piece); !added) return std::unexpected(added.error());
  }
  return inspector.finish();
}

}  // namespace kinesight::video

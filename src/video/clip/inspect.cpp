// What is in a clip: inspect_clip().
#include <optional>
#include <vector>

#include "video/clip/clip.h"
#include "video/clip/clip_reader.h"
#include "video/clip/presentation.h"

namespace kinesight::video {
namespace {

using namespace libav;
using clip::ClipReader;
using clip::FrameTime;
using clip::Shown;

constexpr const char* kShown = "clip";

/// Adds the times of all frames of a piece, after a look at its first keyframe.
Result<> read_times(ClipReader& reader, std::vector<FrameTime>& times) {
  const PacketPtr packet(av_packet_alloc());
  if (packet == nullptr) return fail(ErrorKind::unavailable, "{}: out of memory", kShown);
  bool decoded = false;
  for (;;) {
    const auto more = reader.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (!decoded && (packet->flags & AV_PKT_FLAG_KEY) != 0) {
      if (auto good = clip::check_keyframe(reader.stream(), *packet, kShown); !good) return good;
      decoded = true;
    }
    times.push_back({packet->pts, packet->duration});
  }
  if (decoded) return {};
  return fail(ErrorKind::corrupt, "{}: expected a keyframe in it, found none", kShown);
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
    const auto shown = clip::present(times_, edits_, tick_);
    facts_.frames = std::ssize(times_);
    facts_.shown_frames = shown.frames;
    facts_.duration = shown.duration;
    facts_.longest_pause = shown.longest_pause;
    if (facts_.shown_frames > 0) return facts_;
    return fail(ErrorKind::corrupt, "{}: its edit list shows none of its {} frames", kShown, facts_.frames);
  }

 private:
  ClipFacts facts_;
  std::vector<FrameTime> times_;
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

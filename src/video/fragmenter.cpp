#include "video/fragmenter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "video/boxes.h"
#include "video/codec_string.h"
#include "video/libav/memory_muxer.h"
#include "video/libav/recording.h"
#include "video/track_run.h"

namespace kinesight::video {
namespace {

using namespace libav;
using Packets = std::span<const PacketPtr>;

/// Times in a file may be rounded to milliseconds: a keyframe so little before its time is in time.
constexpr double kRounding = 0.001;

bool is_key(const AVPacket& packet) { return (packet.flags & AV_PKT_FLAG_KEY) != 0; }

/// Where a fragment may begin: keyframes that part the frames before them from those behind them in the order
/// of presentation as well (so not those of open groups of pictures, which cannot be decoded on their own).
std::vector<bool> clean_cuts(Packets packets) {
  std::vector<bool> clean(packets.size());
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = packets.size(); i-- > 0;) {
    clean[i] = is_key(*packets[i]) && packets[i]->pts < earliest;
    earliest = std::min(earliest, packets[i]->pts);
  }
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < packets.size(); ++i) {
    clean[i] = clean[i] && packets[i]->pts > latest;
    latest = std::max(latest, packets[i]->pts);
  }
  return clean;
}

/// The packets of one fragment, and when they are shown: sorted.
struct Group {
  Packets packets;
  std::vector<std::int64_t> shown;

  explicit Group(Packets of) : packets(of) {
    for (const auto& packet : packets) shown.push_back(packet->pts);
    std::ranges::sort(shown);
  }
};

std::vector<Group> cut(const Recording& recording, double min_seconds) {
  const Packets packets = recording.packets;
  const std::vector<bool> clean = clean_cuts(packets);
  std::vector<Group> groups;
  std::size_t first = 0;
  for (std::size_t i = 1; i < packets.size(); ++i) {
    const double seconds =
        static_cast<double>(packets[i]->pts - packets[first]->pts) * av_q2d(recording.time_base);
    if (!clean[i] || seconds < min_seconds - kRounding) continue;
    groups.emplace_back(packets.subspan(first, i - first));
    first = i;
  }
  groups.emplace_back(packets.subspan(first));
  return groups;
}

/// Cuts after as many frames as the fragments of `like` have; there are as many in all.
Result<std::vector<Group>> cut_like(const Recording& recording, const FragmentedVideo& like,
                                    const std::string& name) {
  const Packets packets = recording.packets;
  const std::vector<bool> clean = clean_cuts(packets);
  std::vector<Group> groups;
  std::size_t first = 0;
  for (const MediaFragment& fragment : like.fragments) {
    if (first > 0 && !clean[first]) {
      return fail(
          ErrorKind::invalid,
          "{}: expected a keyframe at frame {}, where the other video of the stream is cut; give both "
          "the same keyframes",
          name, first);
    }
    groups.emplace_back(packets.subspan(first, static_cast<std::size_t>(fragment.frames)));
    first += static_cast<std::size_t>(fragment.frames);
  }
  return groups;
}

/// Shows the frames when those of `like` are shown. Its fragments are our own: their decoding times are the
/// times of presentation.
Result<> take_times(Recording& recording, const FragmentedVideo& like, const std::string& name) {
  std::vector<std::uint32_t> durations;
  for (const MediaFragment& fragment : like.fragments) {
    const auto own = sample_durations(fragment.media);
    durations.insert(durations.end(), own.begin(), own.end());
  }
  if (durations.size() != recording.packets.size()) {
    return fail(ErrorKind::invalid, "{}: expected {} frames, as the other video of the stream has, found {}",
                name, durations.size(), recording.packets.size());
  }
  std::vector<AVPacket*> in_order;
  for (const auto& packet : recording.packets) in_order.push_back(packet.get());
  std::ranges::stable_sort(in_order, {}, &AVPacket::pts);
  recording.time_base = {1, static_cast<int>(like.timescale)};
  std::int64_t time = 0;
  for (std::size_t i = 0; i < in_order.size(); time += durations[i++]) {
    in_order[i]->pts = time;
    in_order[i]->duration = durations[i];
  }
  return {};
}

/// When the last frame ends: as it says itself, or after as long as the one before it.
std::int64_t end_of(const Recording& recording, const Group& last) {
  const std::int64_t shown = last.shown.back();
  for (const auto& packet : last.packets) {
    if (packet->pts == shown && packet->duration > 0) return shown + packet->duration;
  }
  if (last.shown.size() > 1) return 2 * shown - last.shown[last.shown.size() - 2];
  return shown + std::max<std::int64_t>(1, av_rescale_q(1, {1, 25}, recording.time_base));
}

/// Writes fragments whose decoding times are the times of presentation in their order: they need no edit
/// list, go on from one fragment to the next without a hole and are there even where the file says none.
/// Every frame is shown `delay` later, as long as a frame at most is decoded after its turn to be shown.
class Writer {
 public:
  Writer(const Recording& recording, std::vector<Group> groups, std::string shown)
      : recording_(recording), groups_(std::move(groups)), name_(std::move(shown)) {
    for (const Group& group : groups_) {
      for (std::size_t i = 0; i < group.shown.size(); ++i) {
        delay_ = std::max(delay_, group.shown[i] - group.packets[i]->pts);
      }
    }
  }

  Result<FragmentedVideo> write() {
    auto muxer = MemoryMuxer::create(
        {.name = "mp4", .options = {{"movflags", "empty_moov+default_base_moof+frag_custom"}}},
        *recording_.codec, recording_.time_base, "fragments of " + name_);
    if (!muxer) return std::unexpected(muxer.error());
    FragmentedVideo video;
    video.init = (*muxer)->take();
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const std::int64_t end =
          i + 1 < groups_.size() ? groups_[i + 1].shown.front() : end_of(recording_, groups_[i]);
      auto fragment = write_group(**muxer, groups_[i], end);
      if (!fragment) return std::unexpected(fragment.error());
      video.fragments.push_back(std::move(*fragment));
      video.duration = seconds(end - origin());
    }
    describe(video, static_cast<std::uint32_t>((*muxer)->time_base().den));
    return video;
  }

 private:
  std::int64_t origin() const { return groups_.front().shown.front(); }
  double seconds(std::int64_t ticks) const {
    return static_cast<double>(ticks) * recording_.time_base.num / recording_.time_base.den;
  }

  Result<MediaFragment> write_group(MemoryMuxer& muxer, const Group& group, std::int64_t end) const {
    for (std::size_t i = 0; i < group.packets.size(); ++i) {
      AVPacket& packet = *group.packets[i];
      const std::int64_t next = i + 1 < group.shown.size() ? group.shown[i + 1] : end;
      if (next <= group.shown[i]) {
        return fail(ErrorKind::corrupt, "{}: two frames are shown at {:.3f} s; code it anew", name_,
                    seconds(group.shown[i] - origin()));
      }
      packet.dts = group.shown[i] - origin();
      packet.pts += delay_ - origin();
      packet.duration = next - group.shown[i];
      if (auto written = muxer.write(packet); !written) return std::unexpected(written.error());
      av_packet_unref(&packet);  // So that the video is in memory once, not twice.
    }
    if (auto flushed = muxer.flush(); !flushed) return std::unexpected(flushed.error());
    return MediaFragment{.begin = seconds(group.shown.front() - origin()),
                         .duration = seconds(end - group.shown.front()),
                         .frames = static_cast<int>(group.packets.size()),
                         .media = muxer.take()};
  }

  void describe(FragmentedVideo& video, std::uint32_t timescale) const {
    double frames = 0;
    for (const MediaFragment& fragment : video.fragments) frames += fragment.frames;
    video.codec = codec_string(video.init);
    video.width = recording_.codec->width;
    video.height = recording_.codec->height;
    video.frame_rate = frames / video.duration;
    video.timescale = timescale;
  }

  const Recording& recording_;
  const std::vector<Group> groups_;
  const std::string name_;
  std::int64_t delay_ = 0;
};

}  // namespace

Result<FragmentedVideo> fragment_video(const std::filesystem::path& path, double min_seconds,
                                       std::size_t max_bytes) {
  const auto recording = read_recording(path, max_bytes);
  if (!recording) return std::unexpected(recording.error());
  return Writer(*recording, cut(*recording, min_seconds), shown_name(path)).write();
}

Result<FragmentedVideo> fragment_video_like(const std::filesystem::path& path, const FragmentedVideo& like,
                                            std::size_t max_bytes) {
  auto recording = read_recording(path, max_bytes);
  if (!recording) return std::unexpected(recording.error());
  const std::string name = shown_name(path);
  if (auto timed = take_times(*recording, like, name); !timed) return std::unexpected(timed.error());
  auto groups = cut_like(*recording, like, name);
  if (!groups) return std::unexpected(groups.error());
  return Writer(*recording, std::move(*groups), name).write();
}

std::string with_time(const FragmentedVideo& video, const MediaFragment& fragment, double seconds,
                      std::uint32_t sequence) {
  std::string media = fragment.media;
  const auto ticks = static_cast<std::uint64_t>(std::llround(std::max(seconds, 0.0) * video.timescale));
  // Both begin with a version and flags. Ours are of version 1: 64 bits.
  constexpr std::size_t kVersionAndFlags = 4;
  if (const auto header = boxes::find(media, {"moof", "mfhd"})) {
    boxes::write_u32(media, header->content + kVersionAndFlags, sequence);
  }
  if (const auto time = boxes::find(media, {"moof", "traf", "tfdt"})) {
    boxes::write_u64(media, time->content + kVersionAndFlags, ticks);
  }
  return media;
}

}  // namespace kinesight::video

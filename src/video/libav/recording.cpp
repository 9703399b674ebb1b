#include "video/libav/recording.h"

#include <cstdlib>
#include <system_error>

#include "video/libav/demuxer.h"

namespace kinesight::video::libav {
namespace {

namespace fs = std::filesystem;

/// What a packet takes beyond its bytes.
constexpr std::size_t kPacketOverhead = 256;
/// Finer ticks than this are rounded to microseconds: durations must fit 32 bits.
constexpr int kFinest = 10'000'000;
/// Nothing is shown later than this (a hundred years), or its time is damaged.
constexpr double kLatestSeconds = 100.0 * 366 * 24 * 3600;

/// What libav would wait for for ever (a pipe).
Result<> check_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_regular_file(status)) return {};
  if (status.type() == fs::file_type::not_found) {
    return fail(ErrorKind::not_found, "{}: there is no such file", shown_name(path));
  }
  if (error) return fail(ErrorKind::denied, "{}: {}", shown_name(path), error.message());
  return fail(ErrorKind::invalid, "{}: expected a file, found something else; name one video file",
              shown_name(path));
}

Result<Recording> describe(const Demuxer& demuxer, const std::string& shown) {
  const AVCodecParameters& codec = *demuxer.stream().codecpar;
  if (codec.codec_id != AV_CODEC_ID_H264 && codec.codec_id != AV_CODEC_ID_HEVC) {
    return fail(ErrorKind::invalid,
                "{}: expected H.264 or HEVC video, found {}; code it anew as one of the two", shown,
                avcodec_get_name(codec.codec_id));
  }
  if (demuxer.cut_off()) {
    return fail(ErrorKind::corrupt, "{}: it is cut off; was it copied to its end?", shown);
  }
  Recording recording;
  recording.codec.reset(avcodec_parameters_alloc());
  if (recording.codec == nullptr || avcodec_parameters_copy(recording.codec.get(), &codec) < 0) {
    return fail(ErrorKind::unavailable, "{}: out of memory", shown);
  }
  recording.time_base = demuxer.stream().time_base;
  if (recording.time_base.den > kFinest) recording.time_base = {1, AV_TIME_BASE};
  return recording;
}

Result<> check_packet(const AVPacket& packet, AVRational time_base, std::size_t index,
                      const std::string& shown) {
  if ((packet.flags & AV_PKT_FLAG_CORRUPT) != 0 || packet.size == 0) {
    return fail(ErrorKind::corrupt, "{}: frame {} is damaged; was the file copied to its end?", shown, index);
  }
  if (packet.pts == AV_NOPTS_VALUE ||
      std::abs(static_cast<double>(packet.pts) * av_q2d(time_base)) > kLatestSeconds) {
    return fail(ErrorKind::corrupt,
                "{}: frame {} does not say when it is shown; put the video into an MP4 or Matroska file",
                shown, index);
  }
  if (index > 0 && av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, nullptr) != nullptr) {
    return fail(ErrorKind::invalid,
                "{}: its size or coding changes at frame {}; cut it in two there, or code it anew", shown,
                index);
  }
  return {};
}

}  // namespace

std::string shown_name(const fs::path& path) { return fmt::format("video file '{}'", path.string()); }

Result<Recording> read_recording(const fs::path& path, std::size_t max_bytes) {
  if (auto good = check_file(path); !good) return std::unexpected(good.error());
  const std::string shown = shown_name(path);
  Interrupt never(Clock::system());
  Options options;
  options.set("protocol_whitelist", "file");  // A playlist posing as a video reaches no network.
  // "file:" so that a colon in the path is not taken for a protocol.
  auto opened = Demuxer::open("file:" + path.string(), shown, options, never);
  if (!opened) return std::unexpected(opened.error());
  Demuxer& demuxer = **opened;
  auto recording = describe(demuxer, shown);
  std::size_t bytes = 0;
  while (recording) {
    PacketPtr packet(av_packet_alloc());
    if (packet == nullptr) return fail(ErrorKind::unavailable, "{}: out of memory", shown);
    const auto more = demuxer.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (recording->packets.empty() && (packet->flags & AV_PKT_FLAG_KEY) == 0) continue;
    av_packet_rescale_ts(packet.get(), demuxer.stream().time_base, recording->time_base);
    auto good = check_packet(*packet, recording->time_base, recording->packets.size(), shown);
    if (!good) return std::unexpected(good.error());
    bytes += static_cast<std::size_t>(packet->size) + kPacketOverhead;
    if (bytes > max_bytes) {
      return fail(ErrorKind::invalid, "{}: expected at most {} MiB of video, found more; take a shorter one",
                  shown, max_bytes >> 20);
    }
    recording->packets.push_back(std::move(packet));
  }
  if (recording && recording->packets.empty()) {
    return fail(ErrorKind::corrupt, "{}: there is no keyframe in it", shown);
  }
  return recording;
}

}  // namespace kinesight::video::libav

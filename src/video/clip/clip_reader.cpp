#include "video/clip/clip_reader.h"

#include <cstdlib>

#include "video/clip/top_boxes.h"
#include "video/sample_counts.h"

namespace kinesight::video::clip {
namespace {

/// Of all tables together: 11 hours at 30 frames a second, with four tables that name each.
constexpr std::size_t kMaxClaims = 5'000'000;
/// Nothing is shown later than this, or its time is damaged. Streams may count from 1970.
constexpr double kLatestSeconds = 100.0 * 366 * 24 * 3600;

}  // namespace

Result<std::unique_ptr<ClipReader>> ClipReader::open(const Piece& piece, std::string shown) {
  std::unique_ptr<ClipReader> reader(new ClipReader(std::move(shown)));
  if (auto opened = reader->open_piece(piece); !opened) return std::unexpected(opened.error());
  return reader;
}

Result<> ClipReader::open_piece(const Piece& piece) {
  if (!piece.matroska) {
    auto boxes = read_top_boxes(piece, shown_);
    if (!boxes) return std::unexpected(boxes.error());
    boxes_ = std::move(*boxes);
    if (const auto sane = check_claimed_samples(boxes_, kMaxClaims); !sane) return wrap(sane.error(), shown_);
  }
  auto demuxer = libav::Demuxer::open_descriptor({piece.file, piece.begin, piece.end},
                                                 piece.matroska ? "matroska" : "mov", shown_, never_);
  if (!demuxer) return std::unexpected(demuxer.error());
  demuxer_ = std::move(*demuxer);
  return check_stream();
}

Result<> ClipReader::check_stream() const {
  const AVCodecParameters& codec = *stream().codecpar;
  if (codec.codec_id != AV_CODEC_ID_H264 && codec.codec_id != AV_CODEC_ID_HEVC) {
    return fail(ErrorKind::invalid, "{}: expected H.264 or HEVC video, found {}", shown_,
                avcodec_get_name(codec.codec_id));
  }
  if (std::int64_t{codec.width} * codec.height > kMaxPixels) {
    return fail(ErrorKind::invalid, "{}: expected pictures of at most {} pixels, found {}x{}", shown_,
                kMaxPixels, codec.width, codec.height);
  }
  const AVRational base = stream().time_base;
  if (base.num > 0 && base.den > 0 && !demuxer_->cut_off()) return {};
  return fail(ErrorKind::corrupt, "{}: {}", shown_,
              demuxer_->cut_off() ? "it is cut off" : "expected a time base, found none");
}

Result<bool> ClipReader::read(AVPacket& packet) {
  const auto more = demuxer_->read(packet);
  if (!more || !*more) return more;
  if (++packets_ > kMaxFrames) {
    return fail(ErrorKind::corrupt, "{}: expected at most {} frames, found more", shown_, kMaxFrames);
  }
  if (packet.size <= 0) return fail(ErrorKind::corrupt, "{}: frame {} is empty", shown_, packets_ - 1);
  const double seconds = static_cast<double>(packet.pts) * av_q2d(stream().time_base);
  if (packet.pts == AV_NOPTS_VALUE || !(std::abs(seconds) < kLatestSeconds)) {
    return fail(ErrorKind::corrupt, "{}: frame {} does not say when it is shown", shown_, packets_ - 1);
  }
  if (packets_ > 1 && av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, nullptr) != nullptr) {
    return fail(ErrorKind::invalid, "{}: its size or coding changes at frame {}", shown_, packets_ - 1);
  }
  return true;
}

}  // namespace kinesight::video::clip

// A clip's first shown picture as a JPEG: clip_thumbnail().
#include <algorithm>
#include <array>
#include <limits>

#include "video/clip/clip.h"
#include "video/clip/clip_reader.h"
#include "video/clip/edit_list.h"
#include "video/libav/color.h"
#include "video/libav/decoder.h"
#include "video/libav/error.h"

namespace kinesight::video {
namespace {

using namespace libav;
using clip::ClipReader;

constexpr const char* kShown = "clip";
constexpr int kSmallest = 16;
constexpr int kWidest = 8192;
/// libavcodec's scale of quantisers for JPEG.
constexpr int kBestQuantiser = 2;
constexpr int kWorstQuantiser = 31;

std::unexpected<Error> out_of_memory() { return fail(ErrorKind::unavailable, "{}: out of memory", kShown); }

/// Decodes until the picture that is shown first.
Result<FramePtr> first_picture(ClipReader& reader) {
  const auto edits = clip::read_edit_list(reader.boxes());
  const std::int64_t begin = edits ? edits->front().begin : std::numeric_limits<std::int64_t>::min();
  auto decoder = Decoder::open(reader.stream(), {.patient = true, .max_pixels = clip::kMaxPixels}, kShown);
  if (!decoder) return std::unexpected(decoder.error());
  const PacketPtr packet(av_packet_alloc());
  if (packet == nullptr) return out_of_memory();
  for (bool more = true; more;) {
    const auto read = reader.read(*packet);
    if (!read) return std::unexpected(read.error());
    more = *read;
    if (more) {
      decoder->send(*packet);  // Where it refuses one the next may do.
    } else {
      decoder->drain();
    }
    for (;;) {
      auto picture = decoder->receive();
      if (!picture || *picture == nullptr) break;
      if ((*picture)->pts >= begin) return std::move(*picture);
    }
  }
  return fail(ErrorKind::corrupt, "{}: none of its frames can be decoded", kShown);
}

/// The picture in the size and the colours of a JPEG: BT.601, full range.
Result<FramePtr> scale(const AVFrame& picture, int max_width) {
  FramePtr scaled(av_frame_alloc());
  if (scaled == nullptr) return out_of_memory();
  scaled->format = AV_PIX_FMT_YUVJ420P;
  scaled->width = std::min(max_width, picture.width);
  scaled->height = std::max(1, static_cast<int>(av_rescale(picture.height, scaled->width, picture.width)));
  if (av_frame_get_buffer(scaled.get(), 0) < 0) return out_of_memory();
  const ScalerPtr scaler(sws_getContext(
      picture.width, picture.height, static_cast<AVPixelFormat>(picture.format), scaled->width,
      scaled->height, AV_PIX_FMT_YUVJ420P, SWS_AREA | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (scaler == nullptr) return fail(ErrorKind::corrupt, "{}: its pixels cannot be converted", kShown);
  const int full = picture.color_range == AVCOL_RANGE_JPEG ? 1 : 0;
  sws_setColorspaceDetails(scaler.get(), coefficients_of(matrix_of(picture.colorspace)), full,
                           coefficients_of(ColorMatrix::bt601), 1, 0, 1 << 16, 1 << 16);
  sws_scale(scaler.get(), picture.data, picture.linesize, 0, picture.height, scaled->data, scaled->linesize);
  return scaled;
}

Result<std::string> encode(AVFrame& picture, int quality) {
  const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  const CodecPtr codec(encoder != nullptr ? avcodec_alloc_context3(encoder) : nullptr);
  const PacketPtr packet(av_packet_alloc());
  if (codec == nullptr || packet == nullptr) return out_of_memory();
  const int quantiser =
      kWorstQuantiser - (kWorstQuantiser - kBestQuantiser) * std::clamp(quality, 1, 100) / 100;
  codec->width = picture.width;
  codec->height = picture.height;
  codec->pix_fmt = AV_PIX_FMT_YUVJ420P;
  codec->color_range = AVCOL_RANGE_JPEG;
  codec->time_base = {1, 1};
  codec->thread_count = 1;
  codec->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
  codec->global_quality = picture.quality = quantiser * FF_QP2LAMBDA;
  picture.pts = 0;
  const LogCapture log;
  int code = avcodec_open2(codec.get(), encoder, nullptr);
  if (code >= 0) code = avcodec_send_frame(codec.get(), &picture);
  if (code >= 0) code = avcodec_receive_packet(codec.get(), packet.get());
  if (code < 0)
    return fail(kind_of(code), "{}: its picture cannot be written: {}", kShown, log.explain(code));
  return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

}  // namespace

Result<std::string> clip_thumbnail(int file, int max_width, int quality) {
  if (max_width < kSmallest || max_width > kWidest || quality < 1 || quality > 100) {
    return fail(ErrorKind::invalid, "expected a width of {} to {} and a quality of 1 to 100, found {} and {}",
                kSmallest, kWidest, max_width, quality);
  }
  const auto pieces = clip::split(file, kShown);
  if (!pieces) return std::unexpected(pieces.error());
  const auto reader = ClipReader::open(pieces->front(), kShown);
  if (!reader) return std::unexpected(reader.error());
  const auto picture = first_picture(**reader);
  if (!picture) return std::unexpected(picture.error());
  const auto scaled = scale(**picture, max_width);
  if (!scaled) return std::unexpected(scaled.error());
  return encode(**scaled, quality);
}

}  // namespace kinesight::video

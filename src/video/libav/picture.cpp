#include "video/libav/picture.h"

#include <array>
#include <utility>

#include "video/libav/color.h"

namespace kinesight::video::libav {
namespace {

/// Rows begin at multiples of this, for the vector code of whoever reads them.
constexpr int kAlignment = 32;

bool is_planar_420(int format) { return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P; }

ColorRange range_of_picture(const AVFrame& picture) {
  switch (picture.format) {
    // The "J" formats mean full range whatever the tag says,
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return ColorRange::full;
    // and grey ones when there is no tag, as swscale takes them.
    case AV_PIX_FMT_GRAY8:
    case AV_PIX_FMT_YA8:
      return picture.color_range == AVCOL_RANGE_MPEG ? ColorRange::limited : ColorRange::full;
    default:
      return range_of(picture.color_range);
  }
}

Frame describe(const AVFrame& picture, PixelFormat format) {
  Frame frame;
  frame.view.format = format;
  frame.view.width = picture.width;
  frame.view.height = picture.height;
  frame.view.matrix = matrix_of(picture.colorspace);
  frame.view.range = range_of_picture(picture);
  return frame;
}

void point_at(FrameView& view, const std::uint8_t* const* planes, const int* strides) {
  const std::size_t count = view.format == PixelFormat::bgr24 ? 1 : 3;
  for (std::size_t i = 0; i < count; ++i) view.planes[i] = {planes[i], strides[i]};
}

bool is_rgb(int format) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  return description != nullptr && (description->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

}  // namespace

Result<Frame> PictureMaker::make(FramePtr picture) {
  const bool as_it_is = is_planar_420(picture->format) || picture->format == AV_PIX_FMT_BGR24;
  // Some decoders turn a picture upside down with negative strides, which our views do not have.
  if (!as_it_is || picture->linesize[0] < 0) return convert(*picture);
  Frame frame =
      describe(*picture, picture->format == AV_PIX_FMT_BGR24 ? PixelFormat::bgr24 : PixelFormat::i420);
  point_at(frame.view, picture->data, picture->linesize);
  frame.pixels = std::shared_ptr<AVFrame>(std::move(picture));
  return frame;
}

Result<Frame> PictureMaker::convert(const AVFrame& picture) {
  const AVPixelFormat to = is_rgb(picture.format) ? AV_PIX_FMT_BGR24 : AV_PIX_FMT_YUV420P;
  if (auto prepared = prepare(picture, to); !prepared) return std::unexpected(prepared.error());
  AVBufferRef* buffer = av_buffer_pool_get(pool_.get());
  if (buffer == nullptr) return fail(ErrorKind::unavailable, "out of memory for a frame");
  Frame frame = describe(picture, to == AV_PIX_FMT_BGR24 ? PixelFormat::bgr24 : PixelFormat::i420);
  frame.pixels = std::shared_ptr<AVBufferRef>(buffer, Release<av_buffer_unref>());

  std::array<std::uint8_t*, 4> planes{};
  std::array<int, 4> strides{};
  av_image_fill_arrays(planes.data(), strides.data(), buffer->data, to, width_, height_, kAlignment);
  // The matrix may change from frame to frame; setting it costs nothing when it does not.
  const int* matrix = coefficients_of(frame.view.matrix);
  const int full = frame.view.range == ColorRange::full ? 1 : 0;
  sws_setColorspaceDetails(scaler_.get(), matrix, full, matrix, full, 0, 1 << 16, 1 << 16);
  sws_scale(scaler_.get(), picture.data, picture.linesize, 0, height_, planes.data(), strides.data());
  point_at(frame.view, planes.data(), strides.data());
  return frame;
}

Result<> PictureMaker::prepare(const AVFrame& picture, AVPixelFormat to) {
  if (scaler_ && picture.width == width_ && picture.height == height_ && picture.format == format_) return {};
  const auto from = static_cast<AVPixelFormat>(picture.format);
  scaler_.reset(sws_getContext(picture.width, picture.height, from, picture.width, picture.height, to,
                               SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  const int size = av_image_get_buffer_size(to, picture.width, picture.height, kAlignment);
  if (scaler_ == nullptr || size < 0) {
    const char* name = av_get_pix_fmt_name(from);
    return fail(ErrorKind::corrupt, "cannot convert {}x{} pixels of the format {}", picture.width,
                picture.height, name ? name : "unknown");
  }
  // swscale's vector code may write a little past the last row.
  pool_.reset(av_buffer_pool_init(static_cast<std::size_t>(size) + AV_INPUT_BUFFER_PADDING_SIZE, nullptr));
  width_ = picture.width;
  height_ = picture.height;
  format_ = picture.format;
  return {};
}

}  // namespace kinesight::video::libav

#include "vision/picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>

namespace kinesight::vision {
namespace {

/// Pixels that are converted at once.
constexpr int kStep = 16;

/// The factors of a YuvToRgb, each in all lanes of a register.
struct Factors {
  cv::v_int16x8 black, luma, red_v, green_u, green_v, blue_u;

  explicit Factors(const YuvToRgb& way)
      : black(cv::v_setall_s16(static_cast<short>(way.black * 8))),
        luma(cv::v_setall_s16(way.luma)),
        red_v(cv::v_setall_s16(way.red_v)),
        green_u(cv::v_setall_s16(static_cast<short>(-way.green_u))),
        green_v(cv::v_setall_s16(static_cast<short>(-way.green_v))),
        blue_u(cv::v_setall_s16(way.blue_u)) {}
};

/// 8 samples less `zero`, times 8: times a factor in 1/8192 that is 65536 times the product, whose upper half
/// v_mul_hi keeps.
cv::v_int16x8 centred(const cv::v_uint16x8& samples, const cv::v_int16x8& zero) {
  return cv::v_reinterpret_as_s16(cv::v_shl<3>(samples)) - zero;
}

/// Adds chroma, a sample for two pixels, to the light of 16 pixels.
cv::v_uint8x16 colour(const cv::v_int16x8& light0, const cv::v_int16x8& light1, const cv::v_int16x8& chroma) {
  cv::v_int16x8 first, second;
  cv::v_zip(chroma, chroma, first, second);
  return cv::v_pack_u(light0 + first, light1 + second);
}

/// Converts 16 pixels to 3 bytes each, or to 4.
template <int kBytes>
void convert_step(const Factors& factor, const std::uint8_t* y, const std::uint8_t* u, const std::uint8_t* v,
                  std::uint8_t* out) {
  cv::v_uint16x8 y0, y1;
  cv::v_expand(cv::v_load(y), y0, y1);
  const auto light0 = cv::v_mul_hi(centred(y0, factor.black), factor.luma);
  const auto light1 = cv::v_mul_hi(centred(y1, factor.black), factor.luma);
  const auto grey = cv::v_setall_s16(128 * 8);
  const auto du = centred(cv::v_load_expand(u), grey), dv = centred(cv::v_load_expand(v), grey);

  const auto blue = colour(light0, light1, cv::v_mul_hi(du, factor.blue_u));
  const auto green =
      colour(light0, light1, cv::v_mul_hi(du, factor.green_u) + cv::v_mul_hi(dv, factor.green_v));
  const auto red = colour(light0, light1, cv::v_mul_hi(dv, factor.red_v));
  if constexpr (kBytes == 4) {
    cv::v_store_interleave(out, blue, green, red, cv::v_setzero_u8());
  } else {
    cv::v_store_interleave(out, blue, green, red);
  }
}

template <int kBytes>
void convert_row(const YuvToRgb& way, const std::uint8_t* y, const std::uint8_t* u, const std::uint8_t* v,
                 int width, std::uint8_t* out) {
  const Factors factor(way);
  int x = 0;
  for (; x + kStep <= width; x += kStep)
    convert_step<kBytes>(factor, y + x, u + x / 2, v + x / 2, out + kBytes * x);
  if (x == width) return;
  // The last few pixels, from copies and into one: the rows may end where the memory ends.
  const int rest = width - x, chroma = (rest + 1) / 2;
  std::array<std::uint8_t, kStep> last_y{}, last_u{}, last_v{};
  std::array<std::uint8_t, kBytes * kStep> last_out;
  std::copy_n(y + x, rest, last_y.begin());
  std::copy_n(u + x / 2, chroma, last_u.begin());
  std::copy_n(v + x / 2, chroma, last_v.begin());
  convert_step<kBytes>(factor, last_y.data(), last_u.data(), last_v.data(), last_out.data());
  std::copy_n(last_out.begin(), kBytes * rest, out + kBytes * x);
}

cv::Size size_within(const FrameView& view, int max_width) {
  if (max_width <= 0 || view.width <= max_width) return {view.width, view.height};
  return {max_width,
          std::max(1, static_cast<int>(std::lround(double(view.height) * max_width / view.width)))};
}

/// A plane at `size`, averaged where that is smaller.
cv::Mat plane_at(const Plane& plane, int width, int height, cv::Size size) {
  cv::Mat whole = plane_as_mat(plane, width, height);
  if (whole.size() == size) return whole;
  cv::Mat reduced;
  cv::resize(whole, reduced, size, 0, 0, cv::INTER_AREA);
  return reduced;
}

cv::Mat i420_to_bgr(const FrameView& view, cv::Size size) {
  const int chroma_width = (view.width + 1) / 2, chroma_height = (view.height + 1) / 2;
  const cv::Size chroma((size.width + 1) / 2, (size.height + 1) / 2);
  const auto y = plane_at(view.planes[0], view.width, view.height, size);
  const auto u = plane_at(view.planes[1], chroma_width, chroma_height, chroma);
  const auto v = plane_at(view.planes[2], chroma_width, chroma_height, chroma);
  const auto way = YuvToRgb::of(view.matrix, view.range);
  cv::Mat bgr(size, CV_8UC3);
  for (int row = 0; row < size.height; ++row) {
    convert_row<3>(way, y.ptr(row), u.ptr(row / 2), v.ptr(row / 2), size.width, bgr.ptr(row));
  }
  return bgr;
}

}  // namespace

YuvToRgb YuvToRgb::of(ColorMatrix matrix, ColorRange range) {
  const double kr = matrix == ColorMatrix::bt709 ? 0.2126 : 0.299;
  const double kb = matrix == ColorMatrix::bt709 ? 0.0722 : 0.114;
  const double kg = 1 - kr - kb;
  const bool limited = range == ColorRange::limited;
  const double chroma = limited ? 255.0 / 224 : 1;
  const auto fixed = [](double factor) { return static_cast<std::int16_t>(std::lround(factor * 8192)); };
  return {.black = static_cast<std::int16_t>(limited ? 16 : 0),
          .luma = fixed(limited ? 255.0 / 219 : 1),
          .red_v = fixed(2 * (1 - kr) * chroma),
          .green_u = fixed(2 * (1 - kb) * kb / kg * chroma),
          .green_v = fixed(2 * (1 - kr) * kr / kg * chroma),
          .blue_u = fixed(2 * (1 - kb) * chroma)};
}

void yuv_row_to_bgrx(const YuvToRgb& way, const std::uint8_t* y, const std::uint8_t* u, const std::uint8_t* v,
                     int width, std::uint8_t* bgrx) {
  convert_row<4>(way, y, u, v, width, bgrx);
}

cv::Mat plane_as_mat(const Plane& plane, int width, int height, int channels) {
  // cv::Mat has no read-only form; whoever takes this only reads.
  return cv::Mat(height, width, CV_8UC(channels), const_cast<std::uint8_t*>(plane.data),
                 static_cast<std::size_t>(plane.stride));
}

cv::Mat to_bgr(const FrameView& view, int max_width) {
  const cv::Size size = size_within(view, max_width);
  if (view.format == PixelFormat::i420) return i420_to_bgr(view, size);
  const cv::Mat picture = plane_as_mat(view.planes[0], view.width, view.height, 3);
  if (picture.size() == size) return picture.clone();
  cv::Mat reduced;
  cv::resize(picture, reduced, size, 0, 0, cv::INTER_AREA);
  return reduced;
}

}  // namespace kinesight::vision

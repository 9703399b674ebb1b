// The frame view: what video hands out and vision takes in. Neither sees the other's library.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>

namespace kinesight {

/// How the samples of a picture lie in memory (8 bits each).
enum class PixelFormat {
  bgr24,  ///< One plane, blue green red interleaved.
  i420,   ///< Three planes: Y full size, U and V half size in both directions (rounded up).
};

/// The matrix between YUV and RGB (ITU-T H.273 MatrixCoefficients 5/6 and 1). Ignored for bgr24.
enum class ColorMatrix { bt601, bt709 };
/// Luma 16-235 or 0-255. Ignored for bgr24.
enum class ColorRange { limited, full };

/// One plane of a picture: `stride` bytes from a row to the next.
struct Plane {
  const std::uint8_t* data = nullptr;
  int stride = 0;
};

/// A picture that someone else owns: width x height pixels in `planes`.
struct FrameView {
  PixelFormat format = PixelFormat::bgr24;
  int width = 0;
  int height = 0;
  std::array<Plane, 3> planes{};
  ColorMatrix matrix = ColorMatrix::bt601;
  ColorRange range = ColorRange::limited;
};

/// Where a frame can be found again: the fragment of a Kinesis video stream that it came in.
struct Footage {
  std::string stream;           ///< Name of the stream.
  std::string fragment_number;  ///< Empty when the session did not tell.
  std::string
      timestamp_type;        ///< Whose clock `fragment_time` is of: "PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP".
  double fragment_time = 0;  ///< Of the fragment's first frame: Unix seconds.
  double fragment_seconds = 0;  ///< The fragment's length.
};

/// A picture of a camera with its time. Copies share the pixels, which live as long as the last copy.
struct Frame {
  FrameView view;
  double capture_time = 0;  ///< When the camera saw it: Unix seconds.
  /// When a reader that keeps pace with the camera has it: Unix seconds of our clock. The capture time where
  /// the way here takes no time to speak of; later where video comes in fragments. What is late by it is
  /// behind.
  double due_time = 0;
  /// Between the frame before it and this one nothing moved: but for gaps that the source declares, what lies
  /// there came in full, was left undecoded for that, and is as good as seen.
  bool after_still = false;
  std::int64_t sequence =
      0;  ///< Counts the frames that the source decoded, from 0; skipped ones are counted.
  std::shared_ptr<const void> pixels;      ///< Keeps what `view` points to.
  std::shared_ptr<const Footage> footage;  ///< Null for sources that keep none.

  /// capture_time in whole milliseconds, as events carry it.
  std::int64_t ts_ms() const { return static_cast<std::int64_t>(std::llround(capture_time * 1000.0)); }
};

}  // namespace kinesight

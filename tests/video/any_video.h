// Videos that the product does not write itself, but must read: other codecs, containers and pixel formats.
#pragma once

#include <filesystem>
#include <string>

extern "C" {
#include <libavutil/pixfmt.h>
}

namespace kinesight::video::test {

/// How such a video is encoded.
struct AnyVideo {
  std::string encoder = "mjpeg";  ///< As libavcodec calls it.
  AVPixelFormat format = AV_PIX_FMT_YUVJ420P;
  int width = 160;
  int height = 120;
  int fps = 10;
  int keyframe_interval = 10;
  std::string x264_params = "";  ///< For libx264: "intra-refresh=1".
  int b_frames = 0;
};

/// Writes numbered frames 0…count-1; the name's ending says which container.
void write_any_video(const std::filesystem::path& path, int count, const AnyVideo& options);

/// How a video is changed on its way into another container, without coding it anew.
struct Remux {
  int first_packet = 0;      ///< Packets before this one are left out.
  double shift_seconds = 0;  ///< Added to every timestamp.
};
void remux(const std::filesystem::path& from, const std::filesystem::path& to, const Remux& how = {});

}  // namespace kinesight::video::test

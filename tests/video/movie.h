// Videos whose frames carry their number, so that a test can tell which ones came out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/frame.h"
#include "video/mp4_writer.h"

namespace kinesight::video::test {

/// An i420 picture that owns its pixels.
struct Picture {
  Picture(int width, int height);
  FrameView view() const;

  int width;
  int height;
  std::vector<std::uint8_t> pixels;
};

/// A picture of ten upright bars, black or white: the bits of `number`, lowest at the left.
Picture numbered_picture(int number, int width, int height);

/// The number drawn in a frame; i420 or bgr24, of any size from 40 pixels across.
int number_in(const FrameView& frame);

/// Writes frames 0…count-1, numbered. The defaults are small: 160x120 at 10 fps, a keyframe a second.
void write_movie(const std::filesystem::path& path, int count, Mp4Options options = {});

/// The bytes of a file, and the way back.
std::string slurp(const std::filesystem::path& path);
void spill(const std::filesystem::path& path, std::string_view bytes);

}  // namespace kinesight::video::test

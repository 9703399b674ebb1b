// Videos in which something moves now and then, with the noise of a sensor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/frame.h"
#include "video/mp4_writer.h"

namespace kinesight::video::test {

/// Frames [begin, end) in which something moves.
struct Stretch {
  int begin = 0;
  int end = 0;
};

/// What is to be seen.
struct StillScene {
  int frames = 0;
  std::vector<Stretch> moving{};
  double noise = 0;        ///< Standard deviation, levels of 255.
  std::uint64_t seed = 1;  ///< Of backdrop, noise and motion.
};

/// Writes a textured backdrop before which a box walks in the stretches, some pixels a frame and never
/// looking the same, and is away otherwise. 160x120 at 10 fps unless `options` say otherwise.
void write_still_movie(const std::filesystem::path& path, const StillScene& scene, Mp4Options options = {});

/// A number that is the same for equal pictures.
std::uint64_t fingerprint(const FrameView& view);

}  // namespace kinesight::video::test

// motion_gate: {…} and bitstream_gate: {…} of a camera: when a frame in which nothing moves costs less.
#pragma once

#include "config/table.h"

namespace kinesight::config {

/// When detectors are spared a frame, by its picture.
struct MotionGateOptions {
  bool enabled = false;
  double threshold = 4;           ///< Change of a cell's mean brightness that counts, in levels of 255.
  double max_still_seconds = 10;  ///< A frame after so long is looked at whatever it shows.
  static const Table& table();
};

/// When the decoder is spared frames up to the next keyframe, by the sizes of the packets.
struct BitstreamGateOptions {
  bool enabled = false;
  double ratio = 3;               ///< Of a packet's size to the usual size of still ones.
  double max_still_seconds = 10;  ///< After so long frames are decoded again whatever their size.
  static const Table& table();
};

}  // namespace kinesight::config

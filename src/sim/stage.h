// A scene taken apart: what stands still, who acts on it, and the camera that looks.
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "sim/canvas.h"
#include "sim/look.h"
#include "sim/motion.h"

namespace kinesight::sim {

/// Something that is drawn anew in every frame while `when` lasts; `draw` gets the scene's time in seconds.
struct Actor {
  Interval when;
  std::function<void(Canvas&, double)> draw;
};

/// A scene, ready to be drawn at any time. Actors are drawn in their order, the farthest first.
struct Stage {
  cv::Mat backdrop;
  std::vector<Actor> actors;
  Look look;
  double loop_seconds = 0;  ///< The scene begins again after this; 0 = never.
};

/// Maps the units of a scene onto a picture: one unit is its height, x = 0 its middle, y = 0 its top.
inline Pose frame_pose(cv::Size size) {
  return {{size.width / 2.0, 0}, static_cast<double>(size.height), 0, false};
}

}  // namespace kinesight::sim
